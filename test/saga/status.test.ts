import { describe, expect, it } from 'vitest';
import { orderStatus } from '../../src/saga/status.ts';
import { orderFulfillment } from '../../src/sagas/order-fulfillment.ts';
import { paymentFirst } from '../../src/sagas/payment-first.ts';
import { callBack, CHARGE, DECLINED, LATE_REFUND, PAID, RELEASE } from './callbacks.ts';
import { placing, REFUSED, Scenario } from './scenario.ts';

const statusOf = ({ state }: Scenario, definition = orderFulfillment) => state && orderStatus(definition, state);

/** With words of its own, and not final. */
const { isFinalOnceCompleted: _, ...withWords } = paymentFirst;

const confirmed = (): Scenario => {
  const order = new Scenario({ definition: withWords });
  order.when(placing({ saga: 'payment_first' }));
  for (const id of [CHARGE, 'reserve_inventory.do', 'send_confirmation.do.email']) order.succeed(id);
  expect(statusOf(order, withWords)).toBe('confirmed');
  return order;
};

describe('the status of an order that had failed', () => {
  it('stays while a late success is undone', () => {
    const order = new Scenario().until(CHARGE);
    order.answer(CHARGE, REFUSED);
    order.succeed(RELEASE);
    expect(statusOf(order)).toBe('failed');
    order.when(callBack(CHARGE, PAID));
    expect(order.state?.ending).toBeNull();
    expect(statusOf(order)).toBe('failed');
    order.answer(LATE_REFUND, DECLINED);
    expect(statusOf(order)).toBe('needs_review');
    order.when({ type: 'retry', step: 'process_payment', by: 'ann', note: '' });
    expect(statusOf(order)).toBe('failed');
  });
});

describe('the status of an order that is cancelled when it was confirmed', () => {
  it('stays what it was until all is undone', () => {
    const order = confirmed();
    order.when({ type: 'cancel', reason: null });
    expect(statusOf(order, withWords)).toBe('confirmed');
    order.succeed(RELEASE);
    expect(statusOf(order, withWords)).toBe('confirmed');
    order.succeed('process_payment.undo');
    expect(statusOf(order, withWords)).toBe('cancelled');
  });

  it('is what a carrier had reported by then, and not what one reports later', () => {
    const order = confirmed();
    const report = (stage: 'shipped' | 'delivered') =>
      order.when({ type: 'report_shipment', report: stage, trackingNumber: null, occurredAt: order.now });
    report('shipped');
    order.when({ type: 'cancel', reason: null });
    expect(statusOf(order, withWords)).toBe('shipped');
    report('delivered');
    expect(statusOf(order, withWords)).toBe('shipped');
  });
});
