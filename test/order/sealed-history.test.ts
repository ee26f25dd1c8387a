import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { verify } from '../../src/operations/verification.ts';
import { erased, seal as sealed } from '../../src/order/seal.ts';
import type { SealedEntry } from '../../src/order/journal.ts';
import { OrderRecord } from '../../src/order/order-record.ts';
import type { OrderSaga } from '../../src/order/order-saga.ts';
import { published } from './published.ts';
import { atRest, call, cancel, newOrderId, objectOf, place, received, setFault } from './shop.ts';

const exported = async (id: string, after = 0): Promise<unknown> =>
  (await call('GET', `/api/v1/orders/${id}/events?after=${after}`)).json();

const part = z.object({ events: z.array(z.looseObject({})), rows: z.array(z.looseObject({ hash: z.string() })) });

/** Each change of one value somewhere in it, by where it is. The names of domain events are not sealed. */
function* tampered(whole: unknown, node: unknown = whole, path: readonly string[] = []): Generator<readonly [string, unknown]> {
  if (typeof node === 'object' && node !== null) {
    for (const [name, value] of Object.entries(node)) if (name !== 'domain_events') yield* tampered(whole, value, [...path, name]);
    return;
  }
  const other = typeof node === 'number' ? node + 1 : typeof node === 'boolean' ? !node : `${String(node)}x`;
  yield [path.join('.'), changed(whole, path, other)];
}

function changed(node: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  const parts = Object.entries(z.record(z.string(), z.unknown()).parse({ ...(typeof node === 'object' && node) }));
  const others = parts.map(([own, part]) => [own, own === name ? changed(part, rest, value) : part] as const);
  return Array.isArray(node) ? others.map(([, part]) => part) : Object.fromEntries(others);
}

const placed = z.object({
  events: z.array(z.unknown()),
  rows: z.tuple(
    [z.looseObject({ events: z.array(z.unknown()), personal: z.looseObject({ digests: z.record(z.string(), z.string()) }) })],
    z.looseObject({}),
  ),
});

const id = newOrderId('sealed');
let history: unknown;

beforeAll(async () => {
  // With a failed attempt, so that a participant's words are in it.
  await setFault('payment', id, {
    route: '/charges',
    times: 1,
    fault: { kind: 'refuse', status: 429, code: 'busy', message: 'Come back later' },
  });
  await place(id, { 'idempotency-key': `key-of-${id}` });
  await received(id, '/charges');
  // Another life seals on.
  await evictDurableObject(objectOf(id));
  await atRest(id);
  history = await exported(id);
});

describe('an exported history', () => {
  it('is verified, whole or from anywhere on', async () => {
    const { events, rows } = part.parse(history);
    expect(events.length).toBeGreaterThan(rows.length);
    expect(verify(history, null)).toMatchObject({ type: 'verified', from: 1, to: events.length, rows: rows.length, erased: 0 });
    for (let after = 1; after < events.length; after += 1)
      expect(verify(await exported(id, after), null)).toMatchObject({ type: 'verified' });
  });

  it('holds the seals that its domain events were sent with, and no others', async () => {
    const sent = await published(id, 'webhook', 5);
    for (const { journalhash } of sent) expect(verify(history, z.string().parse(journalhash))).toMatchObject({ type: 'verified' });
    expect(verify(history, 'f'.repeat(64))).toMatchObject({ type: 'broken', why: expect.stringContaining('ffff') });
  });

  it('is broken by a change of any value in it', () => {
    const changes = [...tampered(history)].filter(([where]) => where !== 'next_after');
    expect(changes.length).toBeGreaterThan(200);
    const unnoticed = changes.filter(([, other]) => verify(other, null).type === 'verified').map(([where]) => where);
    expect(unnoticed).toEqual([]);
  });

  it('is broken by a row that is left out, added or moved, and by an event that is', () => {
    const { events, rows } = part.parse(history);
    const verdict = (more: object) => verify({ events, rows, ...more }, null).type;
    for (let at = 0; at < rows.length; at += 1) {
      // A history may begin later: then its events have to begin there, too.
      expect(verdict({ rows: rows.toSpliced(at, 1) })).toBe('broken');
      expect(verdict({ rows: rows.toSpliced(at, 0, ...rows.slice(at, at + 1)) })).toBe('broken');
      if (at > 0) expect(verdict({ rows: [...rows.slice(at), ...rows.slice(0, at)] })).toBe('broken');
    }
    for (let at = 1; at < events.length; at += 1) expect(verdict({ events: events.toSpliced(at, 1) })).toBe('broken');
    expect(verify({ events }, null).type).toBe('broken');
    expect(verify({ events: [], rows: [] }, null).type).toBe('broken');
  });

  it('of which the end is missing is found out by a seal that is known from elsewhere', () => {
    const { events, rows } = part.parse(history);
    const last = z.looseObject({ seq: z.number() }).parse(rows.at(-1));
    const shorter = { rows: rows.slice(0, -1), events: events.slice(0, last.seq - 1) };
    expect(verify(shorter, null).type).toBe('verified');
    expect(verify(shorter, rows.at(-1)?.hash ?? '').type).toBe('broken');
  });

  it('does not pass for erased where it never was, nor a digest for a value', () => {
    const { events, rows } = placed.parse(history);
    const [first, ...others] = rows;
    const digests = first?.personal.digests ?? {};
    const left = first && erased(first.events, sealed.parse(first));
    const unsalted = { ...first, ...left?.seal, events: left?.events };
    const shown = JSON.parse(JSON.stringify(events).replace('"customer_id":"c-1"', '"customer_id":"erased"'));
    expect(verify({ events: shown, rows: [unsalted, ...others] }, null).type).toBe('broken');

    const { '/0/order/customerId': digest = '', ...fewer } = digests;
    const swapped = JSON.parse(JSON.stringify(first).replaceAll('"c-1"', JSON.stringify(digest)));
    const passedOff = { ...swapped, personal: { ...first?.personal, digests: fewer } };
    const told = JSON.parse(JSON.stringify(events).replace('"c-1"', JSON.stringify(digest)));
    expect(verify({ events: told, rows: [passedOff, ...others] }, null).type).toBe('broken');
  });
});

describe('a journal of a time before there were seals', () => {
  it('is read, sealed and gone on with', async () => {
    const old = newOrderId('unsealed');
    await place(old);
    await atRest(old);
    const before = part.parse(await exported(old));
    const entries = await runInDurableObject<OrderSaga, readonly SealedEntry[]>(objectOf(old), (_, { storage }) => {
      storage.sql.exec('ALTER TABLE journal DROP COLUMN seal');
      return new OrderRecord(storage, old).entries();
    });
    for (const { hash } of entries) expect(hash).toMatch(/^[0-9a-f]{64}$/);
    await evictDurableObject(objectOf(old));
    await cancel(old);
    expect(await atRest(old)).toMatchObject({ status: 'cancelled' });
    const after = part.parse(await exported(old));
    expect(after.events.slice(0, before.events.length)).toEqual(before.events);
    expect(verify(after, null)).toMatchObject({ type: 'verified', from: 1, to: after.events.length });
  });
});

describe('a journal that a version of before the seals has gone on with', () => {
  it('is read, sealed from there and gone on with', async () => {
    const old = newOrderId('rolled-back-version');
    await place(old);
    await atRest(old);
    const before = part.parse(await exported(old));
    await runInDurableObject<OrderSaga, void>(objectOf(old), (_, { storage }) => {
      const [last] = storage.sql.exec('SELECT seq, at, events FROM journal ORDER BY seq DESC LIMIT 1').toArray();
      storage.sql.exec('DELETE FROM journal WHERE seq = ?', last?.['seq'] ?? null);
      // As that version writes a row.
      storage.sql.exec('INSERT INTO journal (seq, at, events) VALUES (?, ?, ?)', ...Object.values(last ?? {}));
    });
    await evictDurableObject(objectOf(old));
    await cancel(old);
    expect(await atRest(old)).toMatchObject({ status: 'cancelled' });
    const after = part.parse(await exported(old));
    expect(after.events.slice(0, before.events.length)).toEqual(before.events);
    const sealedBefore = before.rows.slice(0, -1).map(({ hash }) => hash);
    expect(after.rows.slice(0, sealedBefore.length).map(({ hash }) => hash)).toEqual(sealedBefore);
    expect(verify(after, null)).toMatchObject({ type: 'verified', from: 1, to: after.events.length });
  });
});
