import { describe, expect, it } from 'vitest';
import { PROBE_ROUTE } from '../../src/participants/simulated/services.ts';
import { ledgersOf, atRest, newOrderId, place, received, setFault } from '../order/shop.ts';
import { attributes, text, texts } from './html.ts';
import { operator } from './operator.ts';

const REFUSED = { kind: 'refuse', status: 422, code: 'address_not_served', message: 'We do not ship there' } as const;
const DECLINED = { kind: 'refuse', status: 402, code: 'card_declined', message: 'The card was declined' } as const;
const CLOSED = { kind: 'refuse', status: 422, code: 'card_closed', message: 'The card is closed' } as const;

const pageOf = async (orderId: string): Promise<string> => (await operator()).page(`/dashboard/orders/${orderId}`);

/** A step's row: its name, and where it stands in both directions. */
const stepTexts = (page: string) => texts(page, '.step-text');

/** The rows of the money and the stock: taken, given back, outstanding. */
const books = (page: string) => texts(page, '#books tbody td');

describe.concurrent('the page of an order', () => {
  it('that is completed shows each step done, and the books as the services have them', async () => {
    const id = newOrderId('done');
    await place(id);
    const view = await atRest(id);
    const page = await pageOf(id);
    expect(await texts(page, '#headline .mark')).toEqual(['Completed']);
    expect(await text(page, '.standing')).toMatch(/^Completed after [\d.]+ m?s\.$/);
    const steps = await stepTexts(page);
    expect(steps).toHaveLength(6);
    expect(steps[1]).toBe('ApprovalNot needed');
    for (const step of steps.toSpliced(1, 1)) expect(step).toMatch(/Done in \d+/);
    expect(await books(page)).toEqual(['1,359.97', '0.00', '0.00', '1', '0', '0', '2', '0', '0']);
    expect((await ledgersOf(id)).money).toMatchObject({ charged: '1359.97', refunded: '0.00' });
    expect(await texts(page, '#facts code')).toEqual(expect.arrayContaining([view.payment_id, view.tracking_number]));
    expect(await attributes(page, '[data-live]', 'data-live')).toEqual(['']);
    expect(page).not.toContain('http-equiv');
  });

  it('that was rolled back shows both directions, and what came back', async () => {
    const id = newOrderId('back');
    await setFault('shipping', id, { route: '/shipments', fault: REFUSED });
    await place(id);
    await atRest(id);
    const page = await pageOf(id);
    expect(await text(page, '.standing')).toBe('Rolled back. It failed: We do not ship there. Whatever had been done is undone.');
    const steps = await stepTexts(page);
    expect(steps[2]).toMatch(/^Reserve inventoryDone in .*Undone in /);
    expect(steps[3]).toMatch(/^Process paymentDone in .*Undone in /);
    expect(steps[4]).toBe('Create shipmentRefusedWe do not ship there address_not_served');
    expect(steps[5]).toBe('Send confirmationNever begun');
    expect(await books(page)).toEqual(['1,359.97', '1,359.97', '0.00', '1', '1', '0', '2', '2', '0']);
    expect((await ledgersOf(id)).money).toMatchObject({ charged: '1359.97', refunded: '1359.97' });
    expect(await texts(page, '#actions a')).toEqual([]);
  });

  it('that needs a person says what is outstanding', async () => {
    const id = newOrderId('review');
    await setFault('shipping', id, { route: '/shipments', fault: REFUSED });
    await setFault('payment', id, { route: '/refunds', fault: CLOSED });
    await place(id);
    await atRest(id);
    const page = await pageOf(id);
    expect(await text(page, '.standing')).toBe(
      'A person has to settle the undo of process payment. Outstanding: 1,359.97 USD. It failed: We do not ship there.',
    );
    expect((await stepTexts(page))[3]).toContain("Can't be undone by itselfThe card is closed card_closed");
    expect(await books(page)).toEqual(['1,359.97', '0.00', '1,359.97', '1', '1', '0', '2', '2', '0']);
  });

  it('whose charge was never answered for tells what its undo found out', async () => {
    const id = newOrderId('lost');
    await setFault('payment', id, { route: '/charges', fault: { kind: 'lose_answer' } });
    await setFault('payment', id, { route: PROBE_ROUTE, fault: { kind: 'no_probe' } });
    await place(id);
    await atRest(id);
    const page = await pageOf(id);
    expect((await stepTexts(page))[3]).toMatch(/Nobody knows whether it happened/);
    expect((await books(page)).slice(0, 3)).toEqual(['1,359.97', '1,359.97', '0.00']);
    expect((await ledgersOf(id)).money).toMatchObject({ charged: '1359.97', refunded: '1359.97' });
  });

  it('lists every attempt with what became of it', async () => {
    const id = newOrderId('attempts');
    await setFault('payment', id, { route: '/charges', times: 2, fault: { kind: 'fail', status: 503 } });
    await place(id);
    await atRest(id);
    const page = await pageOf(id);
    expect(await texts(page, '#attempts-process_payment tbody th')).toEqual([
      'Call',
      'Pause',
      'Call, attempt 2',
      'Pause',
      'Call, attempt 3',
    ]);
    const became = await texts(page, '#attempts-process_payment tbody td:nth-child(4)');
    expect(became[0]).toMatch(/: Simulated failure http_503$/);
    expect(became[4]).toMatch(/^Done: pay_/);
    expect((await stepTexts(page))[3]).toMatch(/^Process paymentDone in .*, attempt 3$/);
  });

  it('that moves is live, with a script and without', async () => {
    const id = newOrderId('moving');
    await setFault('shipping', id, { route: '/shipments', fault: { kind: 'accept', delay_ms: 3_600_000, outcome: 'succeeded' } });
    await place(id);
    await received(id, '/shipments');
    const browser = await operator();
    const page = await browser.page(`/dashboard/orders/${id}`);
    expect(await attributes(page, '[data-live]', 'data-live')).toEqual([`/dashboard/orders/${id}/live`]);
    expect((await attributes(page, '[data-live]', 'data-moves'))[0]).toMatch(new RegExp(`^/dashboard/orders/${id}/moves\\?after=\\d+$`));
    expect(page).toContain('<noscript><meta http-equiv="refresh" content="5"/></noscript>');
    expect(await text(page, '.moved')).toMatch(/^Last moved .*Moves by itself at \d\d:\d\d:\d\d \(.*\) at the latest\./);
    const parts = await browser.page(`/dashboard/orders/${id}/live`);
    expect(await attributes(parts, '[data-part]', 'id')).toEqual(await attributes(page, '[data-part]', 'id'));
    expect(await texts(parts, 'h1, script, header')).toEqual([]);
  });

  it('tells that it moves, and nothing else, until it is at rest', async () => {
    const id = newOrderId('told');
    await setFault('payment', id, { route: '/charges', fault: REFUSED });
    await place(id, {}, { customer_id: 'a-secret' });
    const browser = await operator();
    const answer = await browser.visit(`/dashboard/orders/${id}/moves`);
    expect([answer.status, answer.headers.get('Content-Type')]).toEqual([200, 'text/event-stream']);
    expect(answer.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    expect(await answer.text()).toMatch(/^(?:data: moved\n\n)+$/);
    expect(await atRest(id)).toMatchObject({ saga_status: 'compensated' });
    expect((await browser.visit(`/dashboard/orders/${id}/moves?after=999`)).status).toBe(204);
    expect(await (await browser.visit(`/dashboard/orders/${id}/moves?after=x`)).text()).toContain('moved');
  });

  it('has its whole history, with nothing in it that hides or turns', async () => {
    const id = newOrderId('evil');
    const evil = '\u202E<script>alert(1)</script>\u2066';
    await place(id, {}, { customer_id: evil, items: [{ sku: evil, name: evil, quantity: 1, unit_price: '9.99' }] });
    await atRest(id);
    const page = await pageOf(id);
    const data = await texts(page, '#history .data');
    expect(data[0]).toContain(String.raw`"customer_id": "\u202e<script>alert(1)</script>\u2066"`);
    expect(await texts(page, '#history tbody th')).toEqual(expect.arrayContaining(['OrderPlaced', 'OrderCompleted']));
    expect(await texts(page, '#items bdi')).toEqual([evil, evil]);
    expect(await texts(page, '#facts a bdi')).toEqual([evil]);
    expect(await texts(page, 'script:not([src])')).toEqual([]);
    expect((await texts(page, 'bdi')).filter((said) => said.includes('\u202E')).length).toBe(page.split('\u202E').length - 1);
  });

  it('is found by the order’s id', async () => {
    const id = newOrderId('found');
    await place(id);
    const answer = await (await operator()).visit(`/dashboard?q=${id}`);
    expect([answer.status, answer.headers.get('Location')]).toEqual([302, `/dashboard/orders/${id}`]);
  });

  it.each(['none', 'a.b', 'x'.repeat(65), '%00'])('does not exist for %j', async (id) => {
    expect((await (await operator()).visit(`/dashboard/orders/${id}`)).status).toBe(404);
    expect((await (await operator()).visit(`/dashboard/orders/${id}/live`)).status).toBe(404);
    expect((await (await operator()).visit(`/dashboard/orders/${id}/moves`)).status).toBe(404);
    expect((await (await operator()).visit(`/dashboard/orders/${id}/cancel`)).status).toBe(404);
    expect((await (await operator()).visit(`/dashboard/orders/${id}/cancel`, { form: {} })).status).toBe(404);
  });
});

describe.concurrent('cancelling', () => {
  it('is told in words before it is done, and then done', async () => {
    const id = newOrderId('cancelled');
    await place(id);
    const view = await atRest(id);
    const browser = await operator();
    expect(await attributes(await browser.page(`/dashboard/orders/${id}`), '#cancel', 'href')).toEqual([`/dashboard/orders/${id}/cancel`]);
    const preview = await browser.page(`/dashboard/orders/${id}/cancel`);
    expect(await text(preview, '.lead')).toBe('1,359.97 USD goes back to the customer.');
    expect(await texts(preview, '.outlook li')).toEqual([
      'Send confirmationThe customer is told that the order was cancelled.',
      `Create shipmentThe shipment (${view.shipment_id}) is cancelled, or fetched back where it has left already.`,
      `Process payment1,359.97 USD goes back to the customer (${view.payment_id}).`,
      `Reserve inventoryThe stock gets 1 × LAPTOP-X1, 2 × MOUSE-M2 back (${view.reservation_id}).`,
      'ApprovalWas not needed.',
      'Validate orderChanged nothing, so there is nothing to undo.',
    ]);
    const answer = await browser.visit(`/dashboard/orders/${id}/cancel`, { form: { reason: ' Changed my mind ' } });
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, `/dashboard/orders/${id}`]);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', error: { message: 'Changed my mind' } });
    expect((await ledgersOf(id)).money).toMatchObject({ refunded: '1359.97' });
  });

  it('of an order whose charge is under way says what is not certain', async () => {
    const id = newOrderId('uncertain');
    await setFault('payment', id, { route: '/charges', fault: { kind: 'accept', delay_ms: 3_600_000, outcome: 'succeeded' } });
    await place(id);
    await received(id, '/charges');
    const preview = await (await operator()).page(`/dashboard/orders/${id}/cancel`);
    expect(await text(preview, '.lead')).toBe('1,359.97 USD goes back to the customer, if it turns out to have been taken.');
    expect((await texts(preview, '.outlook li'))[2]).toMatch(/^Process paymentIs under way\./);
  });

  it('of an order that failed is refused in words', async () => {
    const id = newOrderId('too-late');
    await setFault('payment', id, { route: '/charges', fault: DECLINED });
    await place(id);
    await atRest(id);
    const browser = await operator();
    for (const answer of [
      await browser.visit(`/dashboard/orders/${id}/cancel`),
      await browser.visit(`/dashboard/orders/${id}/cancel`, { form: {} }),
    ]) {
      expect(answer.status).toBe(409);
      expect(await texts(await answer.text(), '.message p')).toEqual(["The order can't be cancelled: it is failed.", 'Back to the order']);
    }
  });

  it('is not taken with a reason that is too long', async () => {
    const id = newOrderId('long');
    await place(id);
    const answer = await (await operator()).visit(`/dashboard/orders/${id}/cancel`, { form: { reason: 'x'.repeat(501) } });
    expect(answer.status).toBe(409);
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
  });
});
