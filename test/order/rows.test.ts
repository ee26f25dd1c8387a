import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { OrderSaga } from '../../src/order/order-saga.ts';
import { Watching } from './event-stream.ts';
import { published, receivedBy, setAnswering } from './published.ts';
import { atRest, eventually, newOrderId, objectOf, place, setFault } from './shop.ts';
import { watchWriting } from './written.ts';

interface Written {
  readonly rows: string[];
  total: number;
}

/** Counts what the order's object writes from its first instruction on. */
function counting(id: string): Promise<Written> {
  const written: Written = { rows: [], total: 0 };
  const note = (what: string, rows: number) => {
    if (rows === 0) return;
    written.rows.push(`${rows} ${what}`);
    written.total += rows;
  };
  return runInDurableObject<OrderSaga, Written>(objectOf(id), (_, { storage }) => {
    watchWriting(storage, {
      statement: (query, bindings, rows) => note(`${query.split(' ').slice(0, 3).join(' ')} ${typesIn(bindings)}`, rows),
      value: (what) => note(what, 1),
    });
    return written;
  });
}

function typesIn(bindings: readonly SqlStorageValue[]): string {
  const events = bindings.find((binding) => typeof binding === 'string') ?? '';
  return [...events.matchAll(/"type":"(\w+)"/g)].map(([, type]) => type).join('+');
}

describe('an order writes', () => {
  it('9 rows when it goes well', async () => {
    const id = newOrderId('rows');
    const written = await counting(id);
    await place(id);
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    await published(id, 'webhook', 5);
    await published(id, 'queue', 5);
    await runDurableObjectAlarm(objectOf(id));
    console.log(`A happy order writes ${written.total} rows:\n${written.rows.join('\n')}`);
    expect(written.total).toBe(9);
  });

  it('not one more when it is watched', async () => {
    const id = newOrderId('rows-watched');
    const written = await counting(id);
    await place(id);
    const watching = await Promise.all([1, 2, 3].map(() => Watching.start(id)));
    for (const watcher of watching) expect((await watcher.toItsEnd()).at(-1)).toMatchObject({ event: 'OrderCompleted' });
    await published(id, 'webhook', 5);
    await published(id, 'queue', 5);
    await runDurableObjectAlarm(objectOf(id));
    expect(written.total).toBe(9);
  });

  it('8 rows when the card is declined', async () => {
    const id = newOrderId('rows-declined');
    await setFault('payment', id, {
      route: '/charges',
      fault: { kind: 'refuse', status: 402, code: 'card_declined', message: 'Declined' },
    });
    const written = await counting(id);
    await place(id);
    expect(await atRest(id)).toMatchObject({ status: 'failed' });
    await published(id, 'webhook', 5);
    await published(id, 'queue', 5);
    await runDurableObjectAlarm(objectOf(id));
    console.log(`A declined order writes ${written.total} rows:\n${written.rows.join('\n')}`);
    expect(written.total).toBe(8);
  });
});

describe('an order that waits for an answer', () => {
  it('does not ring its alarm again and again while a probe is under way', async () => {
    const id = newOrderId('probe-under-way');
    await setFault('payment', id, { route: '/charges', fault: { kind: 'garbage' } });
    await setFault('payment', id, { route: 'GET /operations', fault: { kind: 'hang' } });
    const written = await counting(id);
    await place(id);
    await atRest(id);
    // One for the start, two for each of the four pauses between attempts and the two between probes: its end, and the watch after it.
    expect(written.rows.filter((row) => row === '1 alarm').length).toBeLessThanOrEqual(13);
  });
});

describe('an order whose webhook is down', () => {
  it('writes three rows for each time that it is tried again: two alarms, and a note of how often', async () => {
    const id = newOrderId('rows-webhook-down');
    await setAnswering(id, { status: 503, times: 3 });
    const written = await counting(id);
    // Between two tries it would sleep, and wake up with a storage that nobody counts.
    const awake = setInterval(() => void runInDurableObject(objectOf(id), () => undefined), 1_000);
    await place(id);
    await published(id, 'webhook', 5);
    expect((await receivedBy(id)).webhook).toHaveLength(4);
    const notes = () => written.rows.filter((row) => row === '1 kv published').length;
    await eventually(() => notes() >= 4, 'three notes that it is down, and one that it is back');
    clearInterval(awake);
    console.log(`A webhook that is down three times costs:\n${written.rows.join('\n')}`);
    // And one where a long pause came between: what was published meanwhile is noted before it.
    expect(written.total - 9).toBeLessThanOrEqual(3 * 3 + 2);
  });
});
