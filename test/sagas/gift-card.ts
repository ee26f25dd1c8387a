/** A gift card: a code is reserved, paid for and sent. */

import { defineSaga } from '../../src/saga/builder.ts';
import { anything, fields } from '../../src/saga/read-answer.ts';
import { minutes } from '../../src/saga/retry.ts';
import { money } from '../../src/sagas/bodies.ts';

const events = { placed: ['GiftCardOrdered'], completed: ['GiftCardSent'], rolledBack: ['GiftCardCancelled'] };

export const giftCard = defineSaga({ name: 'gift_card', version: 1, deadlineMs: minutes(10), events })
  .step('reserve_code', {
    call: { participant: 'cards', path: '/codes', body: ({ order }) => ({ order_id: order.orderId }), read: fields('code_id') },
    undo: { path: '/codes/return', body: ({ output, undoes }) => ({ code_id: output?.code_id ?? null, undoes }) },
  })
  .step('take_money', {
    call: { participant: 'cards', path: '/debits', body: ({ order }) => money(order), read: fields('debit_id') },
    undo: { path: '/debits/return', body: ({ output, undoes }) => ({ debit_id: output?.debit_id ?? null, undoes }) },
    outstanding: (order, output) => ({ kind: 'money', ...money(order), ...(output && { reference: output.debit_id }) }),
  })
  .step('send_code', {
    call: {
      participant: 'cards',
      path: '/mails',
      body: ({ order, outputs }) => ({ ...outputs.reserve_code, to: order.customerId }),
      read: anything,
    },
  })
  .done();
