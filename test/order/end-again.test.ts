import { expect, it } from 'vitest';
import { domainEventsOf } from '../../src/order/domain-events.ts';
import { summaryOf } from '../../src/order/summary.ts';
import { orderFulfillment } from '../../src/sagas/order-fulfillment.ts';
import { statusOf } from '../../src/order/view.ts';
import { goneOnWithout } from '../../src/local/prove/shapes.ts';
import { callBack, CHARGE, LATE_REFUND, PAID, RELEASE } from '../saga/callbacks.ts';
import { placing, REFUSED, Scenario, START } from '../saga/scenario.ts';

it('an order that is taken up again for a late success ends once for others, who are told of what was undone', () => {
  const order = new Scenario().until(CHARGE);
  order.answer(CHARGE, REFUSED);
  order.succeed(RELEASE);
  order.when(callBack(CHARGE, PAID));
  expect(order.succeed(LATE_REFUND)).toContain('OrderCompensated');
  const entries = [{ seq: 1, at: START, events: order.events }];
  const names = domainEventsOf(orderFulfillment, entries).map(({ name }) => name);
  expect(names.slice(-4)).toEqual(['InventoryReleased', 'OrderCancelled', 'PaymentCompleted', 'PaymentRefunded']);
  expect(summaryOf(orderFulfillment, entries).ended).toEqual({ completed: 0, compensated: 1, needs_review: 0 });
});

it('an order that is taken up again for what it went on without shows that step, and not the last that it did', () => {
  const held = { type: 'succeeded', output: { hold_id: 'h' } } as const;
  const order = new Scenario({ definition: goneOnWithout });
  order.when(placing({ saga: goneOnWithout.name }));
  order.answer('charge.do', held);
  order.answer('insure.do', REFUSED);
  expect(order.answer('book.do', held)).toContain('OrderCompleted');
  order.when(callBack('insure.do', held));
  expect(order.state && statusOf(goneOnWithout, order.state)).toMatchObject({ status: 'completed', current_step: 'insure' });
});
