/** A saga that nobody ships: small enough to be gone through whole in a moment, with all that a step can have. */

import { defineSaga } from '../../../src/saga/builder.ts';
import { anything, fields } from '../../../src/saga/read-answer.ts';
import { minutes, seconds } from '../../../src/saga/retry.ts';

const head = { name: 'rental', version: 1, deadlineMs: minutes(5), events: { placed: [], completed: [], rolledBack: [] } };

/** A deposit is taken, which is given back in one way or, where that is too late, in another. */
export const deposit = defineSaga(head)
  .step('take_deposit', {
    timeoutMs: seconds(10),
    call: { participant: 'payment', path: '/deposits', body: ({ order }) => ({ order_id: order.orderId }), read: fields('deposit_id') },
    undo: {
      path: '/deposits/release',
      body: ({ output, undoes }) => ({ deposit_id: output?.deposit_id ?? null, undoes }),
      otherwise: { whenRefused: 'captured', channel: 'transfer', path: '/transfers' },
    },
  })
  .done();

/** With a key to hand out on a person's word, by message. */
export const rental = defineSaga(head)
  .step('take_deposit', {
    timeoutMs: seconds(10),
    call: { participant: 'payment', path: '/deposits', body: ({ order }) => ({ order_id: order.orderId }), read: fields('deposit_id') },
    undo: { path: '/deposits/release', body: ({ output, undoes }) => ({ deposit_id: output?.deposit_id ?? null, undoes }) },
  })
  .approval('approval', (settings) => settings.needsApproval)
  .step('hand_out_key', {
    timeoutMs: seconds(10),
    via: 'queue',
    call: {
      participant: 'shipping',
      path: '/keys',
      body: ({ outputs }) => ({ deposit_id: outputs.take_deposit.deposit_id }),
      read: anything,
    },
    undo: { path: '/keys/block', body: ({ undoes }) => ({ undoes }) },
    whenFailed: ({ confirmationFailure }) => (confirmationFailure === 'complete' ? 'go_on' : 'roll_back'),
  })
  .done();
