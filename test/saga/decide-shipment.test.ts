import { describe, expect, it } from 'vitest';
import { dueAt } from '../../src/order/waits.ts';
import { defineSaga } from '../../src/saga/builder.ts';
import type { Command } from '../../src/saga/command.ts';
import type { ShipmentStage } from '../../src/saga/event.ts';
import { orderStatus } from '../../src/saga/status.ts';
import { orderFulfillment } from '../../src/sagas/order-fulfillment.ts';
import { shipping } from '../../src/sagas/participant-steps.ts';
import { paymentFirst } from '../../src/sagas/payment-first.ts';
import { NO_ANSWER, REFUSED, placing, Scenario, START } from './scenario.ts';

const report = (stage: ShipmentStage, at = START, trackingNumber: string | null = null): Command => ({
  type: 'report_shipment',
  report: stage,
  trackingNumber,
  occurredAt: at,
});

const statusOf = ({ state }: Scenario) => state && orderStatus(orderFulfillment, state);

/** With a shipment, and the confirmation under way. */
const shipmentCreated = (): Scenario => {
  const order = new Scenario().until('create_shipment.do');
  order.succeed('create_shipment.do');
  return order;
};

function completed(): Scenario {
  const order = shipmentCreated();
  order.succeed('send_confirmation.do.email');
  order.succeed('send_confirmation.do.push');
  expect(order.state?.ending).toBe('completed');
  return order;
}

describe('a completed order', () => {
  it('is shipped, delivered, returned', () => {
    const order = completed();
    for (const stage of ['shipped', 'delivered', 'returned'] as const) {
      expect(order.when(report(stage))).toEqual(['ShipmentReported']);
      expect(statusOf(order)).toBe(stage);
      expect(order.when(report(stage, START + 1))).toEqual([]);
    }
    expect(order.state?.ending).toBe('completed');
  });

  it('that was delivered is not shipped by an older report, whatever its clock says', () => {
    const order = completed();
    order.when(report('delivered'));
    expect(order.when(report('shipped', START - 1))).toEqual([]);
    expect(order.when(report('shipped', START + 1))).toEqual([]);
    expect(statusOf(order)).toBe('delivered');
  });

  it('may be returned without having been delivered, and is not delivered after that', () => {
    const order = completed();
    order.when(report('shipped'));
    order.when(report('returned'));
    expect(order.when(report('delivered', START + 1))).toEqual([]);
    expect(statusOf(order)).toBe('returned');
  });

  it('knows its parcel by the tracking number', () => {
    const order = completed();
    expect(order.when(report('shipped', START, 'OTHER'))).toEqual(['refused: wrong_tracking_number']);
    expect(order.when(report('shipped', START, 'TRACK1'))).toEqual(['ShipmentReported']);
  });

  it('that ships by itself takes the first tracking number that it hears', () => {
    const order = new Scenario({ definition: paymentFirst });
    order.when(placing({ saga: 'payment_first' }));
    for (const id of ['process_payment.do', 'reserve_inventory.do', 'send_confirmation.do.email']) order.succeed(id);
    expect(order.state && orderStatus(paymentFirst, order.state)).toBe('confirmed');
    expect(order.when(report('shipped', START, 'FIRST'))).toEqual(['ShipmentReported']);
    expect(order.when(report('delivered', START, 'SECOND'))).toEqual(['refused: wrong_tracking_number']);
    expect(order.when(report('delivered'))).toEqual(['ShipmentReported']);
    expect(order.when(report('returned', START, 'SECOND'))).toEqual(['refused: wrong_tracking_number']);
    expect(order.state && orderStatus(paymentFirst, order.state)).toBe('delivered');
  });
});

describe('before completion', () => {
  it('a report is refused while there is no shipment', () => {
    const order = new Scenario().until('create_shipment.do');
    expect(order.ask(report('shipped'))).toEqual({ ok: false, refusal: { reason: 'not_completed', status: 'processing' } });
  });

  it('a carrier that is faster than the confirmation is remembered', () => {
    const order = shipmentCreated();
    expect(order.when(report('shipped'))).toEqual(['ShipmentReported']);
    expect(statusOf(order)).toBe('processing');
    order.succeed('send_confirmation.do.email');
    order.succeed('send_confirmation.do.push');
    expect(statusOf(order)).toBe('shipped');
  });
});

describe('an order whose parcel was delivered before its completion', () => {
  const retry: Command = { type: 'retry', step: 'send_confirmation', by: 'ann', note: '' };

  const delivered = (): Scenario => {
    const order = shipmentCreated();
    order.when(report('delivered'));
    return order;
  };

  it('is not rolled back by a step that fails: a person is asked', () => {
    const order = delivered();
    order.answer('send_confirmation.do.email', REFUSED);
    expect(order.answer('send_confirmation.do.push', REFUSED)).toEqual(['OperationParked send_confirmation.do.push', 'ReviewRequested']);
    expect(order.when({ ...retry, type: 'resolve' })).toContain('OrderCompleted');
    expect(statusOf(order)).toBe('delivered');
  });

  it('nor where one channel had failed before', () => {
    const order = shipmentCreated();
    order.answer('send_confirmation.do.email', REFUSED);
    order.when(report('delivered'));
    expect(order.answer('send_confirmation.do.push', REFUSED)).toEqual(['OperationParked send_confirmation.do.push', 'ReviewRequested']);
    order.when(retry);
    order.when({ type: 'deliver', step: 'send_confirmation', direction: 'do' });
    expect(order.succeed('send_confirmation.do.push')).toContain('OrderCompleted');
  });

  it.each([{ withinMs: 3_600_000, whenLate: 'reject' } as const, undefined])(
    'nor by the silence of a person who may still decide: %j',
    (late) => {
      const saga = defineSaga({ name: 'looked_at', version: 1, deadlineMs: 60_000, events: { placed: [], completed: [], rolledBack: [] } })
        .step('create_shipment', shipping)
        .approval('look', () => true, late)
        .done();
      const order = new Scenario({ definition: saga });
      order.when(placing({ saga: saga.name }));
      order.succeed('create_shipment.do');
      order.when(report('delivered'));
      expect(order.later(86_400_000).when({ type: 'tick' })).toEqual([]);
      expect(order.next()).toEqual({ owed: [], wakeAt: null });
      expect(order.state && dueAt(saga, order.state)).toBeNull();
      expect(order.when({ type: 'approve', decision: 'approve', by: 'ann', note: null })).toContain('OrderCompleted');
    },
  );

  it('nor by its deadline', () => {
    const order = delivered();
    order.answer('send_confirmation.do.email', NO_ANSWER);
    expect(order.later(3_600_000).when({ type: 'tick' })).toEqual([]);
    expect(order.state?.cause).toBeNull();
    order.when({ type: 'deliver', step: 'send_confirmation', direction: 'do' });
    order.succeed('send_confirmation.do.email');
    expect(order.succeed('send_confirmation.do.push')).toContain('OrderCompleted');
  });
});

describe('an order that has turned back', () => {
  it('has it noted that its parcel is on its way, and nothing else', () => {
    const order = completed();
    order.when({ type: 'cancel', reason: null });
    expect(order.when(report('shipped'))).toEqual(['ShipmentReported']);
    expect(order.events.at(-1)).toMatchObject({ movesStatus: false });
    for (const id of ['send_confirmation.undo.email', 'create_shipment.undo', 'process_payment.undo', 'reserve_inventory.undo'])
      order.succeed(id);
    expect(statusOf(order)).toBe('cancelled');
    expect(order.when(report('delivered'))).toEqual(['ShipmentReported']);
    expect(order.state?.ending).toBe('compensated');
    expect(statusOf(order)).toBe('cancelled');
  });

  it('is failed, not delivered, though its parcel was on its way before', () => {
    const order = shipmentCreated();
    order.when(report('shipped'));
    order.answer('send_confirmation.do.email', REFUSED);
    order.answer('send_confirmation.do.push', REFUSED);
    order.succeed('create_shipment.undo');
    order.succeed('process_payment.undo');
    order.succeed('reserve_inventory.undo');
    order.succeed('send_confirmation.undo.email');
    expect(statusOf(order)).toBe('failed');
  });
});

describe('cancel', () => {
  const cancel: Command = { type: 'cancel', reason: null };

  it.each(['shipped', 'returned'] as const)('of an order that is %s undoes it, the shipment first', (stage) => {
    const order = completed();
    order.when(report(stage));
    expect(order.when(cancel)).toEqual([
      'RollbackStarted',
      'OperationStarted send_confirmation.undo.email',
      'OperationStarted create_shipment.undo',
    ]);
  });

  it.each([completed, shipmentCreated])('of an order whose parcel was delivered is refused (%#)', (made) => {
    const order = made();
    order.when(report('delivered'));
    expect(order.ask(cancel)).toEqual({ ok: false, refusal: { reason: 'cannot_cancel', status: 'delivered' } });
  });

  it('that came before the delivery stands', () => {
    const order = completed();
    order.when(cancel);
    order.when(report('delivered'));
    expect(order.when(cancel)).toEqual([]);
  });
});
