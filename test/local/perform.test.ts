/** The demonstration against the whole Worker, as `npm run demo` plays it: it has to be able to fail. */

import { exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { apiAt, type Api } from '../../src/local/demo/api.ts';
import type { Fate } from '../../src/local/demo/fate.ts';
import { FATES } from '../../src/local/demo/fates.ts';
import { NO_PAINT } from '../../src/local/demo/paint.ts';
import { perform } from '../../src/local/demo/perform.ts';
import { SAGAS } from '../../src/sagas/registry.ts';

const api = apiAt('https://shop.test', (url, init) => exports.default.fetch(url, init));

let names = 0;

/** A fate of the demonstration, under a name of its own. */
function fateNamed(orderId: string): Fate {
  const fate = FATES.find((candidate) => candidate.orderId === orderId);
  if (!fate) throw new Error(`The demonstration has no order ${orderId}`);
  return { ...fate, orderId: `${orderId}-${(names += 1)}` };
}

async function performed(fates: readonly Fate[], through: Api = api) {
  const lines: string[] = [];
  const status = await perform(through, fates, NO_PAINT, (line) => lines.push(line));
  return { status, text: lines.join('\n') };
}

describe('the demonstration', () => {
  it('has an order id for each fate', () => {
    expect(new Set(FATES.map(({ orderId }) => orderId)).size).toBe(FATES.length);
  });

  it('ends with 0 where all is as expected', async () => {
    const { status, text } = await performed(['happy', 'sent-twice', 'card-declined', 'parcel-picked-up'].map(fateNamed));
    expect(text).toContain('All 4 orders ended as they had to');
    expect(status).toBe(0);
  });

  it('shows an order of each saga, and the events that it publishes', async () => {
    expect(new Set(FATES.map(({ saga }) => saga))).toEqual(new Set(SAGAS.map(({ name }) => name)));
    const ids = ['payment-first', 'payment-first-no-stock', 'reserve-and-pay', 'reserve-and-pay-declined'];
    const { status, text } = await performed(ids.map(fateNamed));
    expect(text).toContain('published: OrderCreated, PaymentProcessing, PaymentCompleted, InventoryReserved, OrderConfirmed');
    expect(text).toContain('published: OrderPlaced, InventoryReserved, PaymentFailed, OrderCancelled');
    expect(text).toContain('All 4 orders ended as they had to');
    expect(status).toBe(0);
  });

  it('ends with 1 where one fate is another than expected', async () => {
    const happy = fateNamed('happy');
    const wrong = { ...fateNamed('card-declined'), expected: happy.expected };
    const { status, text } = await performed([happy, wrong]);
    expect(text).toContain(`${wrong.orderId}: the status: expected "completed", got "failed"`);
    expect(text).toContain('1 of 2 orders did not end as they had to.');
    expect(status).toBe(1);
  });

  it('ends with 1 where a ledger is another than expected', async () => {
    const happy = fateNamed('happy');
    const { status, text } = await performed([{ ...happy, expected: { ...happy.expected, stock: 'put back' } }]);
    expect(text).toContain('not as expected: the stock');
    expect(status).toBe(1);
  });

  it('ends with 1 where a ledger changes after the order is at rest', async () => {
    let reads = 0;
    const ledgers: Api['ledgers'] = async (orderId) => {
      const read = await api.ledgers(orderId);
      return (reads += 1) === 1 ? read : { ...read, money: { ...read.money, charged: '2599.98', net: '2599.98' } };
    };
    const { status, text } = await performed([fateNamed('sent-twice')], { ...api, ledgers });
    expect(text).toContain('later, the money: expected charged');
    expect(status).toBe(1);
  });

  it('ends with 1 where an order can’t be placed, and tells the others all the same', async () => {
    const [broken, happy] = [{ ...fateNamed('happy'), items: [] }, fateNamed('happy')];
    const { status, text } = await performed([broken, happy]);
    expect(text).toContain('POST /api/v1/orders was answered 400');
    expect(text).toContain('1 of 2 orders did not end as they had to.');
    expect(status).toBe(1);
  });
});
