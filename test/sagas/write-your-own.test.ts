/** The saga that the README shows is one that compiles and does what is said of it there. */

import { expect, it } from 'vitest';
import readme from '../../README.md?raw';
import { shapeOf } from '../../src/local/published/shape.ts';
import { Scenario } from '../saga/scenario.ts';
import { giftCard } from './gift-card.ts';

const [written = ''] = Object.values(import.meta.glob('./gift-card.ts', { query: '?raw', import: 'default', eager: true }));

/** As it stands beside the shipped ones. */
const inPlace = written.replaceAll("'../../src/saga/", "'../saga/").replace("'../../src/sagas/", "'./");

it('is shown as it is', () => {
  const shown = readme.replaceAll(/^ {4}/gm, '');
  expect(shown).toContain(inPlace);
});

it('gives the money and the code back, in this order, when the mail is refused', () => {
  const order = new Scenario({ definition: giftCard });
  order.place();
  order.answer('reserve_code.do', { type: 'succeeded', output: { code_id: 'code_1' } });
  order.answer('take_money.do', { type: 'succeeded', output: { debit_id: 'debit_1' } });
  expect(order.answer('send_code.do', { type: 'refused', code: 'no_such_customer', message: 'There is nobody of that name' })).toEqual([
    'OperationRefused send_code.do',
    'RollbackStarted',
    'OperationStarted take_money.undo',
  ]);
  expect(order.succeed('take_money.undo')).toEqual(['OperationSucceeded take_money.undo', 'OperationStarted reserve_code.undo']);
  expect(order.succeed('reserve_code.undo')).toEqual(['OperationSucceeded reserve_code.undo', 'OrderCompensated']);
});

it('sends what the service of the README reads', () => {
  const { requests } = shapeOf(giftCard);
  expect(requests['send_code.do']).toMatchObject({
    'all known': { 'USD 1359.97': { to: 'cards /mails', body: '{"code_id":"code_id_1","to":"c-1"}' } },
  });
});
