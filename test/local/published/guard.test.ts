import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { problemsOf } from '../../../src/local/published/guard.ts';
import { shapeOf } from '../../../src/local/published/shape.ts';
import { defineSaga } from '../../../src/saga/builder.ts';
import type { CallStep, SagaDefinition, Step } from '../../../src/saga/definition.ts';
import { fields } from '../../../src/saga/read-answer.ts';
import { orderFulfillment } from '../../../src/sagas/order-fulfillment.ts';
import { reserveAndPay } from '../../../src/sagas/reserve-and-pay.ts';

const sentBody = z.record(z.string(), z.json());

type Sent = z.infer<typeof sentBody>;

/** As it stands in a file. */
const recorded = (saga: SagaDefinition): unknown => JSON.parse(JSON.stringify(shapeOf(saga)));

const RECORDS = { 'order_fulfillment.1.json': recorded(orderFulfillment) };

/** The first differences that are told of the changed definition. */
function toldOf(changed: SagaDefinition): readonly string[] {
  const [problem = ''] = problemsOf([changed], RECORDS);
  return problem.split('\n').flatMap((line) => (line.startsWith('  - ') ? [line.slice(4)] : []));
}

function withStep(name: string, change: (step: CallStep) => Step): SagaDefinition {
  const changed = (step: Step) => (step.name === name && step.kind === 'call' ? change(step) : step);
  return {
    ...orderFulfillment,
    steps: orderFulfillment.steps.map(changed),
    stages: orderFulfillment.stages.map((stage) => stage.map(changed)),
  };
}

const charge = (change: (step: CallStep) => Step) => withStep('process_payment', change);

const undo = (change: Partial<NonNullable<CallStep['undo']>>) =>
  charge((step) => ({ ...step, ...(step.undo && { undo: { ...step.undo, ...change } }) }));

function withoutUndo({ undo: had, ...step }: CallStep): CallStep {
  expect(had).toBeDefined();
  return step;
}

const events = (names: Partial<SagaDefinition['events']>) => ({ ...orderFulfillment, events: { ...orderFulfillment.events, ...names } });

const swapped = (): SagaDefinition => {
  const [first, second, third, fourth, ...rest] = orderFulfillment.stages;
  const stages = [first, second, fourth, third, ...rest].filter((stage) => stage !== undefined);
  return { ...orderFulfillment, stages, steps: stages.flat() };
};

describe('a published saga', () => {
  it('has no problem as long as it is what was recorded', () => {
    expect(problemsOf([orderFulfillment], RECORDS)).toEqual([]);
  });

  it.each<[string, SagaDefinition, string]>([
    ['its deadline', { ...orderFulfillment, deadlineMs: 60_000 }, 'order > deadlineMs was 1800000, is 60000'],
    ['the order of its steps', swapped(), 'order > stages was [["validate_order"],["approval"],["reserve_inventory"],["process_payment"]'],
    ['steps side by side', { ...orderFulfillment, stages: [orderFulfillment.steps] }, 'order > stages was'],
    ['its pivot', { ...orderFulfillment, pivot: 'create_shipment' }, 'order > pivot was null, is create_shipment'],
    ['its statuses', { ...orderFulfillment, statuses: { steps: {}, completed: 'confirmed', transitions: {} } }, 'order > statuses is new'],
    ['an event of the order', events({ completed: [] }), 'order > events > completed was ["OrderConfirmed"], is []'],
    ['a time-out', charge((step) => ({ ...step, timeoutMs: 5 })), 'steps > process_payment > timeoutMs was 60000, is 5'],
    ['a time for all attempts', charge((step) => ({ ...step, withinMs: 5 })), 'steps > process_payment > withinMs is new'],
    [
      'retries',
      charge((step) => ({ ...step, retry: { ...step.retry, attempts: 9 } })),
      'steps > process_payment > retry > attempts was 5, is 9',
    ],
    ['who carries it', charge((step) => ({ ...step, via: 'queue' })), 'steps > process_payment > via was object, is queue'],
    ['a failure', charge((step) => ({ ...step, whenFailed: () => 'ask' })), 'steps > process_payment > whenFailed was roll_back, is ask'],
    [
      'a condition',
      charge((step) => ({ ...step, when: (_, order) => order.totalMinor < 9_999_999 })),
      'steps > process_payment > when was true, is {',
    ],
    ['an event of a step', charge((step) => ({ ...step, events: {} })), 'steps > process_payment > events > succeeded is gone'],
    [
      'what is outstanding',
      charge((step) => ({ ...step, outstanding: () => ({ kind: 'none' }) })),
      'steps > process_payment > outstanding',
    ],
    [
      'what an answer gives',
      charge((step) => ({ ...step, call: { ...step.call, read: fields('charge_id') } })),
      'steps > process_payment > gives > payment_id is gone',
    ],
    [
      'channels',
      charge((step) => ({ ...step, call: { ...step.call, channels: ['card'] } })),
      'steps > process_payment > channels was [""], is ["card"]',
    ],
    [
      '202',
      charge((step) => ({ ...step, call: { ...step.call, acceptedIsDone: true } })),
      'steps > process_payment > acceptedIsDone was false, is true',
    ],
    [
      'a participant',
      charge((step) => ({ ...step, call: { ...step.call, participant: 'shipping' } })),
      'requests > process_payment.do > all known > USD 1359.97 > to was payment /charges, is shipping /charges',
    ],
    [
      'a path',
      charge((step) => ({ ...step, call: { ...step.call, path: '/pay' } })),
      'requests > process_payment.do > all known > USD 1359.97 > to was payment /charges, is payment /pay',
    ],
    [
      'how long an undo is tried',
      undo({ retry: { attempts: 1, firstDelayMs: 1_000, maxDelayMs: 300_000 } }),
      'steps > process_payment > undo > retry > attempts was without end, is 1',
    ],
    [
      'another way to undo',
      undo({ otherwise: { whenRefused: 'late', channel: 'credit', path: '/credits' } }),
      'steps > process_payment > undo > otherwise is new',
    ],
    [
      'an undo path',
      undo({ path: '/reversals' }),
      'requests > process_payment.undo > all known > USD 1359.97 > to was payment /refunds, is payment /reversals',
    ],
    ['an undo that only notifies', undo({ notifies: true }), 'steps > process_payment > undo > notifies was false, is true'],
    ['an undo of nothing', charge(withoutUndo), 'steps > process_payment > undo is gone'],
    [
      'an approval',
      { ...orderFulfillment, steps: orderFulfillment.steps.map((step) => (step.kind === 'approval' ? { ...step, withinMs: 5 } : step)) },
      'steps > approval > withinMs is new',
    ],
  ])('is caught when %s changes', (_, changed, told) => {
    expect(toldOf(changed).some((line) => line.startsWith(told))).toBe(true);
  });

  it('is caught when a body changes, be it by a field, their order or a currency', () => {
    const body = (make: (sent: Sent) => Sent) =>
      charge((step) => ({ ...step, call: { ...step.call, body: (context) => make(sentBody.parse(step.call.body(context))) } }));
    const was = '{"order_id":"4711","customer_id":"c-1","amount":"1359.97","currency":"USD","payment_method":"credit_card"}';
    expect(toldOf(body((sent) => ({ ...sent, source: 'shop' })))[0]).toBe(
      `requests > process_payment.do > all known > USD 1359.97 > body was ${was}, is ${was.replace('}', ',"source":"shop"}')}`,
    );
    const { length } = toldOf(body(({ order_id = null, ...sent }) => ({ ...sent, order_id })));
    expect(length).toBeGreaterThan(0);
    expect(
      toldOf(body((sent) => (sent['currency'] === 'JPY' ? { ...sent, amount: 1_500 } : sent))).every((line) => line.includes('JPY 1500')),
    ).toBe(true);
  });

  it('is caught when the undo of a call that nobody knows of changes', () => {
    const told = toldOf(
      undo({ body: ({ order, output, undoes }) => ({ order_id: order.orderId, payment_id: output?.['payment_id'] ?? 'unknown', undoes }) }),
    );
    expect(told.some((line) => line.startsWith('requests > process_payment.undo > its outcome unknown > USD 1359.97 > body was'))).toBe(
      true,
    );
  });
});

describe('what is told', () => {
  it('of a changed version says what to do', () => {
    const [problem] = problemsOf(
      [
        { ...orderFulfillment, deadlineMs: 60_000 },
        { ...orderFulfillment, version: 2 },
      ],
      {
        ...RECORDS,
        'order_fulfillment.2.json': recorded({ ...orderFulfillment, version: 2 }),
      },
    );
    expect(problem).toBe(
      [
        'order_fulfillment version 1 is not what was published:',
        '  - order > deadlineMs was 1800000, is 60000',
        'Orders in flight began on what was published and have to end on it: what is called again has to be the same, byte for byte.',
        'Take the change back, and make it in a copy with `version: 3`. Add the copy to src/sagas/registry.ts beside version 1,',
        'run `npm run record-saga`, and commit both. New orders begin on the newest version.',
        'Only if version 1 was never deployed: delete src/sagas/published/order_fulfillment.1.json and run `npm run record-saga`.',
      ].join('\n'),
    );
  });

  it('of a new version names the one step that is left', () => {
    expect(problemsOf([orderFulfillment, { ...orderFulfillment, version: 2 }], RECORDS)).toEqual([
      'order_fulfillment version 2 is not recorded yet. Before you deploy it run `npm run record-saga`, and commit src/sagas/published/order_fulfillment.2.json.',
    ]);
  });

  it('of a version that was taken away warns of the orders on it', () => {
    const [problem] = problemsOf([], RECORDS);
    expect(problem).toContain('order_fulfillment.1.json is of a version that the registry does not have any more');
  });

  it('of two definitions with one number asks for another number', () => {
    expect(problemsOf([orderFulfillment, orderFulfillment], RECORDS)).toEqual([
      'The registry has two definitions for order_fulfillment.1: give one of them the next version.',
    ]);
  });
});

describe('a sample', () => {
  const head = { name: 'sampled', version: 1, deadlineMs: 1_000, events: { placed: [], completed: [], rolledBack: [] } };

  it('is found for whatever fields an answer needs', () => {
    const steps = { ...shapeOf(reserveAndPay).steps, ...shapeOf(orderFulfillment).steps };
    expect(steps['create_shipment']).toMatchObject({ gives: { shipment_id: 'shipment_id_1', tracking_number: 'tracking_number_1' } });
    expect(steps['process_payment']).toMatchObject({ gives: { payment_id: 'payment_id_1' } });
    expect(steps['validate_order']).toMatchObject({ gives: {} });
  });

  it('of a body leaves out the outputs that may be missing', () => {
    const saga = defineSaga(head)
      .step('wrap', {
        timeoutMs: 1,
        when: (_, order) => order.totalMinor > 9_999_999,
        call: { participant: 'inventory', path: '/wrap', body: () => ({}), read: fields('wrap_id') },
      })
      .step('ship', {
        timeoutMs: 1,
        call: {
          participant: 'shipping',
          path: '/ship',
          body: ({ outputs }) => ({ wrap_id: outputs.wrap?.wrap_id ?? null }),
          read: fields('shipment_id'),
        },
      })
      .done();
    expect(shapeOf(saga).requests['ship.do']).toMatchObject({
      'all known': { 'JPY 1500': { body: '{"wrap_id":"wrap_id_1"}' } },
      'without what may be missing': { 'JPY 1500': { body: '{"wrap_id":null}' } },
    });
  });

  it('that a function can not stand is recorded as that', () => {
    const fails = () => {
      throw new Error('no items');
    };
    const changed = charge((step) => ({ ...step, call: { ...step.call, body: fails } }));
    expect(shapeOf(changed).requests['process_payment.do']).toMatchObject({ 'all known': { 'JPY 1500': 'throws Error: no items' } });
  });
});
