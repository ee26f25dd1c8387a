import { describe, expect, it } from 'vitest';
import { ledger } from '../participants/simulated/ledgers.ts';
import { atRest, eventually, ledgersOf } from '../order/shop.ts';
import { Dashboard } from './desk.ts';
import { attributes, text, texts } from './html.ts';
import { operator } from './operator.ts';

const ORDER = { goods: 'LAPTOP-X1', quantity: '2', customer: 'grace', saga: 'order_fulfillment' };

/** Returns the order's id. */
async function placed(form: Readonly<Record<string, string>> = {}): Promise<string> {
  const answer = await (await operator()).visit('/dashboard/try-it/orders', { form: { ...ORDER, ...form } });
  expect(answer.status).toBe(303);
  return /^\/dashboard\/orders\/(try-[0-9a-f]{8})$/.exec(answer.headers.get('Location') ?? '')?.[1] ?? '';
}

/** The money and the pieces that the services have kept. */
async function keptOf(id: string): Promise<readonly number[]> {
  const { money, stock } = await ledgersOf(id);
  return [Number(money.net), Object.values(stock).reduce((sum, { net }) => sum + net, 0)];
}

describe('the page to try it', () => {
  it('is led to where the services are simulated, and is nowhere else', async () => {
    expect(await texts(await (await operator()).page('/dashboard'), 'header nav a')).toContain('Try it');
    const deployed = await new Dashboard().signedIn();
    expect(await texts(await deployed.page('/dashboard'), 'header nav a')).not.toContain('Try it');
    expect((await deployed.visit('/dashboard/try-it')).status).toBe(404);
  });

  it('places an order', async () => {
    const id = await placed();
    expect(await atRest(id)).toMatchObject({ customer_id: 'grace', status: 'completed', total: '2599.98' });
    expect((await ledgersOf(id)).money).toMatchObject({ charged: '2599.98', refunded: '0.00' });
  });

  it('places one that goes wrong, and no other', async () => {
    const broken = await placed({ mishap: 'card-declined' });
    expect(await atRest(broken)).toMatchObject({ saga_status: 'compensated', error: { code: 'card_declined' } });
    expect(await keptOf(broken)).toEqual([0, 0]);
    expect(await atRest(await placed())).toMatchObject({ status: 'completed' });
  });

  it('breaks a service with a click, shows it, and mends it with another', async () => {
    const browser = await operator();
    const turn = async (mishap: string) => {
      const answer = await browser.visit('/dashboard/try-it/services/shipping', { form: { mishap } });
      expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/dashboard/try-it#shipping']);
    };
    await turn('address-refused');
    const page = await browser.page('/dashboard/try-it');
    expect(await text(page, '#shipping .mark')).toBe('Broken');
    expect(await texts(page, '#shipping [aria-pressed=true]')).toEqual(['Refuses the address']);
    const id = await placed();
    expect(await atRest(id)).toMatchObject({ saga_status: 'compensated', error: { code: 'address_not_served' } });
    expect(await keptOf(id)).toEqual([0, 0]);
    await turn('');
    expect(await ledger('shipping').faults()).toEqual([]);
    expect(await text(await browser.page('/dashboard/try-it'), '#shipping .mark')).toBe('Works');
    expect(await atRest(await placed())).toMatchObject({ status: 'completed' });
  });

  it("shows what the services' ledgers say of the last orders, and every entry of one", async () => {
    const id = await placed({ goods: 'MOUSE-M2', quantity: '1' });
    const browser = await operator();
    const rows = async () => texts(await browser.page('/dashboard/try-it'), '#recent tbody tr');
    await eventually(
      async () => (await rows()).some((row) => row.startsWith(id) && row.includes('29.990.0029.99112')),
      `${id} in the list`,
    );
    const page = await browser.page(`/dashboard/try-it/orders/${id}`);
    const entries = (await texts(page, 'tbody th')).join('; ');
    expect(entries).toMatch(/^Reserved 1 × MOUSE-M2 .*; Charged 29\.99 USD .*; Shipped /);
    expect(entries).toContain('/charges Payment');
  });

  it.each([
    ['goods', 'nothing'],
    ['quantity', '0'],
    ['saga', ''],
    ['customer', ''],
  ])('places nothing where %s is %j', async (field, value) => {
    expect((await (await operator()).visit('/dashboard/try-it/orders', { form: { ...ORDER, [field]: value } })).status).toBe(400);
  });

  it("is out of reach of another site's form", async () => {
    const form = { mishap: 'payment-down' };
    const answer = await (await operator()).visit('/dashboard/try-it/services/payment', { form, headers: { Origin: 'https://evil.test' } });
    expect(answer.status).toBe(403);
    expect(await attributes(await (await operator()).page('/dashboard/try-it'), '#payment [aria-pressed=true]', 'value')).toEqual([]);
  });
});
