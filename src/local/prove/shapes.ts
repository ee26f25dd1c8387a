/** Sagas that nobody ships, one for each shape that a saga can have: small enough to be gone through whole. */

import { defineSaga, type StepSpec } from '../../saga/builder.ts';
import type { Outputs, SagaDefinition } from '../../saga/definition.ts';
import { anything, fields } from '../../saga/read-answer.ts';
import { FORWARD_RETRY, hours, minutes, seconds } from '../../saga/retry.ts';

const shape = (name: string) =>
  defineSaga({ name: `shape_${name}`, version: 1, deadlineMs: minutes(5), events: { placed: [], completed: [], rolledBack: [] } });

type Held = Readonly<Record<'hold_id', string>>;

/** Takes hold of something, and lets go of it. */
const hold = {
  timeoutMs: seconds(10),
  call: { participant: 'payment', path: '/holds', body: ({ order }) => ({ order_id: order.orderId }), read: fields('hold_id') },
  undo: { path: '/holds/release', body: ({ output, undoes, reason }) => ({ hold_id: output?.hold_id ?? null, undoes, reason }) },
} as const satisfies StepSpec<Outputs, Held>;

/** Tried once in each direction: what goes on side by side is multiplied. */
const holdOnce = {
  ...hold,
  retry: { ...FORWARD_RETRY, attempts: 1 },
  undo: { ...hold.undo, retry: { ...FORWARD_RETRY, attempts: 1 } },
} satisfies StepSpec<Outputs, Held>;

/** What was done side by side is undone side by side, before what was done first. */
export const sideBySide = shape('side_by_side')
  .step('reserve', holdOnce)
  .sideBySide((none) => none.step('charge', holdOnce).step('insure', holdOnce))
  .done();

/** The order is not paid by invoice, so its credit is not looked at; it is dear enough to be insured. */
export const skipped = shape('skipped')
  .step('check_credit', { ...hold, when: (_, { paymentMethod }) => paymentMethod === 'invoice' })
  .step('charge', hold)
  .step('insure', { ...hold, when: (_, { totalMinor }) => totalMinor > 100_000 })
  .done();

export const delayed = shape('delayed').step('charge', hold).delay('think_it_over', hours(24)).step('book', hold).done();

/** Whoever says nothing of the price agrees; whoever says nothing of the goods does not. */
export const approved = shape('approved')
  .approval('price', () => true, { withinMs: hours(1), whenLate: 'approve' })
  .step('charge', hold)
  .approval('goods', () => true, { withinMs: hours(1), whenLate: 'reject' })
  .step('book', hold)
  .done();

export const pivoted = shape('pivoted').step('reserve', hold).step('charge', hold).pivot().step('book', hold).done();

/** Tried for long, and then a person is asked: the order is not turned back for it. */
export const persistent = shape('persistent')
  .step('charge', hold)
  .step('book', { ...hold, retry: { ...FORWARD_RETRY, attempts: Number.POSITIVE_INFINITY }, withinMs: hours(12), whenFailed: 'ask' })
  .done();

/** The order goes on without insurance, and is rid of it meanwhile where it may have some. */
export const goneOnWithout = shape('gone_on_without')
  .step('charge', holdOnce)
  .step('insure', { ...holdOnce, undo: hold.undo, whenFailed: 'go_on' })
  .step('book', holdOnce)
  .done();

/** What was taken is given back in one way or, where that is too late, in another. */
export const fallback = shape('fallback')
  .step('take_deposit', {
    ...hold,
    undo: { ...hold.undo, otherwise: { whenRefused: 'captured', channel: 'transfer', path: '/transfers' } },
  })
  .done();

/** With a key to hand out on a person's word, by message: where that fails, the settings say what becomes of the order. */
export const message = shape('message')
  .step('take_deposit', hold)
  .approval('approval', (settings) => settings.needsApproval)
  .step('hand_out_key', {
    timeoutMs: seconds(10),
    via: 'queue',
    call: { participant: 'shipping', path: '/keys', body: ({ outputs }) => ({ hold_id: outputs.take_deposit.hold_id }), read: anything },
    undo: { path: '/keys/block', body: ({ undoes }) => ({ undoes }) },
    whenFailed: ({ confirmationFailure }) => (confirmationFailure === 'complete' ? 'go_on' : 'roll_back'),
  })
  .done();

export const SHAPES: readonly SagaDefinition[] = [
  sideBySide,
  skipped,
  delayed,
  approved,
  pivoted,
  persistent,
  goneOnWithout,
  fallback,
  message,
];
