import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { EVENT_SECRET } from './event-receiver.ts';
import { batchesOf, expectPublished, PLACES, published, receivedBy, toldInHistory } from './published.ts';
import { atRest, cancel, newOrderId, place, setFault, TOTAL } from './shop.ts';
import { historyOf } from './signed.ts';

const refuse = (code: string) => ({ kind: 'refuse', status: 409, code, message: `Sorry: ${code}` }) as const;

const HAPPY = ['OrderCreated', 'InventoryReserved', 'PaymentCompleted', 'ShipmentCreated', 'OrderConfirmed'];

describe.concurrent('the domain events of an order', () => {
  it('are published once, in order, at both places, fewer messages than events', async () => {
    const id = newOrderId('happy');
    await place(id);
    await atRest(id);
    await expectPublished(id, HAPPY);
    for (const at of PLACES) expect((await batchesOf(id, at)).length).toBeLessThan(HAPPY.length);
  });

  it('are CloudEvents, the same at both places', async () => {
    const id = newOrderId('cloud-events');
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    await place(id, { traceparent: `00-${traceId}-00f067aa0ba902b7-01` });
    const { reservation_id, payment_id, shipment_id, tracking_number } = await atRest(id);
    const events = await expectPublished(id, HAPPY);
    expect(await published(id, 'queue', HAPPY.length)).toEqual(events);
    const order = {
      order_id: id,
      customer_id: 'c-1',
      currency: 'USD',
      total_amount: TOTAL,
      payment_method: 'credit_card',
      items: [
        { sku: 'LAPTOP-X1', name: 'Laptop', quantity: 1, unit_price: '1299.99' },
        { sku: 'MOUSE-M2', name: 'Mouse', quantity: 2, unit_price: '29.99' },
      ],
    };
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(events[0]).toEqual({
      specversion: '1.0',
      id: `${id}-1`,
      source: `/tenants/local/orders/${id}`,
      type: 'OrderCreated',
      subject: id,
      time,
      datacontenttype: 'application/json',
      sequence: '0000000001',
      sequencetype: 'Integer',
      traceparent: `00-${traceId}-0000000000000001-01`,
      journalhash: expect.stringMatching(/^[\da-f]{64}$/),
      data: { ...order, occurred_at: time },
    });
    const [, reserved, paid, , confirmed] = events.map(({ data }) => data);
    expect(reserved).toEqual({ ...order, reservation_id, step: 'reserve_inventory', occurred_at: time });
    expect(paid).toEqual({ ...order, reservation_id, payment_id, step: 'process_payment', amount: TOTAL, occurred_at: time });
    expect(confirmed).toEqual({ ...order, reservation_id, payment_id, shipment_id, tracking_number, occurred_at: time });
  });

  it('are posted as a batch that Standard Webhooks verifies, and that nobody can change', async () => {
    const id = newOrderId('signed');
    await place(id);
    await published(id, 'webhook', HAPPY.length);
    const { webhook } = await receivedBy(id);
    for (const { headers, body } of webhook) {
      expect(headers['content-type']).toBe('application/cloudevents-batch+json; charset=utf-8');
      expect(new Webhook(EVENT_SECRET).verify(body, headers)).toEqual(JSON.parse(body));
      expect(() => new Webhook(EVENT_SECRET).verify(body.replace(TOTAL, '0.01'), headers)).toThrow();
    }
    expect(new Set(webhook.map(({ headers }) => headers['webhook-id'])).size).toBe(webhook.length);
  });

  it('say why it was cancelled, by whom, and that no money was given back where none was taken', async () => {
    const id = newOrderId('declined');
    await setFault('payment', id, { route: '/charges', fault: refuse('card_declined') });
    await place(id);
    const events = await expectPublished(id, ['OrderCreated', 'InventoryReserved', 'PaymentFailed', 'InventoryReleased', 'OrderCancelled']);
    const why = { code: 'card_declined', reason: 'Sorry: card_declined' };
    expect(events[2]?.data).toMatchObject({ ...why, step: 'process_payment', amount: TOTAL });
    expect(events[3]?.data).toMatchObject({ ...why, step: 'reserve_inventory' });
    expect(events[4]?.data).toMatchObject({ ...why, cancelled_by: 'System', refund_issued: false });
    expect(events[4]?.data).not.toHaveProperty('payment_id');
  });

  it('say that money was given back to a customer who cancelled', async () => {
    const id = newOrderId('cancelled');
    await place(id);
    await atRest(id);
    await cancel(id);
    await atRest(id);
    const undone = ['ShipmentCancelled', 'PaymentRefunded', 'InventoryReleased', 'OrderCancelled'];
    const events = await expectPublished(id, [...HAPPY, ...undone]);
    expect(events.at(-1)?.data).toMatchObject({ cancelled_by: 'Customer', refund_issued: true, reason: 'Cancelled on request' });
  });
});

describe.concurrent('an order that is reserved and paid', () => {
  const placed = (id: string) => place(id, {}, { saga: 'reserve_and_pay' });

  it('has two names for one fact, each an event of its own', async () => {
    const id = newOrderId('two-names');
    await placed(id);
    const events = await expectPublished(id, ['OrderPlaced', 'InventoryReserved', 'PaymentProcessed', 'OrderPaid']);
    const { processed_at: at, ...data } = events[2]?.data ?? {};
    expect(at).toBe(data['occurred_at']);
    const paid = { id: `${events[2]?.id}.2`, type: 'OrderPaid', sequence: '0000000004', data: { ...data, paid_at: at } };
    expect(events[3]).toEqual({ ...events[2], ...paid });
  });

  it('is cancelled, and has not failed, when it is refused', async () => {
    const id = newOrderId('unavailable');
    await setFault('inventory', id, { route: '/reservations', fault: refuse('out_of_stock') });
    await placed(id);
    const events = await expectPublished(id, ['OrderPlaced', 'InventoryUnavailable', 'OrderCancelled']);
    const why = { reason: 'Inventory unavailable', error_message: 'Sorry: out_of_stock' };
    expect(events[2]?.data).toMatchObject({ cancelled_by: 'System', ...why, refund_issued: false });
  });

  it('has failed when our own credentials are refused', async () => {
    const id = newOrderId('turned-away');
    await setFault('payment', id, { route: '/charges', fault: { kind: 'refuse', status: 401, code: 'no_entry', message: 'Who are you?' } });
    await placed(id);
    const events = await expectPublished(id, ['OrderPlaced', 'InventoryReserved', 'OrderFulfillmentFailed', 'OrderCancelled']);
    expect(events[2]?.data).toMatchObject({ step: 'process_payment', code: 'no_entry', error_message: 'Who are you?' });
  });

  it('has failed when a person is needed', async () => {
    const id = newOrderId('needs-person');
    await setFault('payment', id, { route: '/charges', fault: refuse('card_declined') });
    await setFault('inventory', id, { route: '/reservations/release', fault: refuse('closed') });
    await placed(id);
    const events = await expectPublished(id, ['OrderPlaced', 'InventoryReserved', 'PaymentFailed', 'OrderFulfillmentFailed']);
    expect(events[3]?.data).toMatchObject({ step: 'reserve_inventory', code: 'closed', error_message: 'Sorry: closed' });
  });

  it('has not failed when its customer cancels it while nobody knows of a call', async () => {
    const id = newOrderId('cancel-in-doubt');
    await setFault('payment', id, { route: '/charges', times: 1, fault: { kind: 'hang' } });
    await setFault('payment', id, { route: 'GET /operations', fault: { kind: 'no_probe' } });
    await placed(id);
    await cancel(id);
    await atRest(id);
    await expectPublished(id, await toldInHistory(id));
    expect((await historyOf(id)).map(({ type }) => type)).toContain('OperationUnresolved');
    expect(await toldInHistory(id)).not.toContain('OrderFulfillmentFailed');
    expect(await toldInHistory(id)).toContain('OrderCancelled');
  });
});
