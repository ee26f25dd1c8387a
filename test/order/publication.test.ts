import * as z from 'zod';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CloudEvent } from '../../src/order/cloud-event.ts';
import type { Sent } from '../../src/order/event-webhook.ts';
import type { OrderSummary } from '../../src/order/order-message.ts';
import { Publication } from '../../src/order/publication.ts';
import { afterFailure, NOTHING_PUBLISHED, type Progress } from '../../src/order/publication-progress.ts';
import { hours, minutes, seconds } from '../../src/saga/retry.ts';

const START = Date.UTC(2026, 0, 1);

const DAY = hours(24);

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: START }));
afterEach(() => vi.useRealTimers());

const event = (number: number, name = ''): { readonly seq: number; readonly event: CloudEvent } => ({
  seq: number,
  event: {
    specversion: '1.0',
    id: `o-1-${number}`,
    source: '/tenants/t/orders/o-1',
    type: 'Happened',
    subject: 'o-1',
    time: new Date(START).toISOString(),
    datacontenttype: 'application/json',
    sequence: String(number),
    sequencetype: 'Integer',
    traceparent: '',
    journalhash: '',
    data: {
      order_id: 'o-1',
      customer_id: 'c-1',
      currency: 'USD',
      total_amount: '1.00',
      payment_method: 'credit_card',
      items: [{ sku: 'S', name, quantity: 1, unit_price: '1.00' }],
      occurred_at: '',
    },
  },
});

/** A journal of events, and a place that is down or not. */
function publishing(events: ReturnType<typeof event>[], progress: Progress = NOTHING_PUBLISHED, summary: OrderSummary | null = null) {
  const world = {
    isDown: false,
    tries: [] as { readonly at: number; readonly ids: readonly string[] }[],
    batches: [] as (readonly CloudEvent[])[],
  };
  const send = async (batch: readonly CloudEvent[]): Promise<Sent> => {
    world.tries.push({ at: Date.now(), ids: batch.map(({ id }) => id) });
    if (world.isDown) return { type: 'failed', why: 'down', retryAfterMs: 0 };
    world.batches.push(batch);
    return { type: 'delivered' };
  };
  const publication = new Publication(
    {
      order: 't/o-1',
      place: 'webhook',
      giveUpAfterMs: DAY,
      summary: summary && (() => summary),
      lastSeq: () => events.length,
      events: () => events,
      sender: () => send,
    },
    progress,
  );
  /** As the alarm does it, in a life of its own each time or not. */
  const untilNothingIsDue = async (most = 1_000): Promise<void> => {
    for (let rung = 0; rung < most; rung += 1) {
      await publication.run();
      const at = publication.wakeAt(Date.now());
      if (at === null) return;
      vi.setSystemTime(at);
    }
    throw new Error('It goes on for ever');
  };
  return { world, publication, untilNothingIsDue, events };
}

describe('a place that stays down', () => {
  it('is tried for a day, ever more seldom, then what it missed is given up, and what comes after is not', async () => {
    const { world, untilNothingIsDue, events, publication } = publishing([event(1), event(2)]);
    world.isDown = true;
    await untilNothingIsDue();
    const times = world.tries.map(({ at }) => at - START);
    expect(times.at(-1)).toBeGreaterThanOrEqual(DAY - minutes(1));
    expect(times.at(-1)).toBeLessThanOrEqual(DAY);
    expect(times.length).toBeGreaterThan(20);
    expect(times.length).toBeLessThan(200);
    for (const [index, at] of times.entries()) expect(at - (times[index - 1] ?? 0)).toBeLessThanOrEqual(hours(1));
    world.isDown = false;
    events.push(event(3));
    await publication.run();
    expect(world.batches.map((batch) => batch.map(({ id }) => id))).toEqual([['o-1-3']]);
  });

  it('is brought what has come meanwhile, too, and the first first', async () => {
    const { world, publication, events, untilNothingIsDue } = publishing([event(1)]);
    world.isDown = true;
    await publication.run();
    events.push(event(2));
    world.isDown = false;
    await publication.run();
    expect(world.tries).toHaveLength(1);
    await untilNothingIsDue();
    expect(world.batches.map((batch) => batch.map(({ id }) => id))).toEqual([['o-1-1', 'o-1-2']]);
  });
});

describe('a batch', () => {
  const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).byteLength;

  it('and the summary that goes with it fit into one message of a queue', async () => {
    const events = Array.from({ length: 20 }, (_, index) => event(index + 1, 'x'.repeat(15_000)));
    const told = Array.from({ length: 2_000 }, (_, index) => `SKU-${index}-€€€€€`);
    const { world, untilNothingIsDue } = publishing(events, NOTHING_PUBLISHED, z.custom<OrderSummary>().parse({ told }));
    await untilNothingIsDue();
    expect(bytesOf(told)).toBeGreaterThan(40_000);
    for (const batch of world.batches) expect(bytesOf(batch) + bytesOf({ told })).toBeLessThan(128_000);
    expect(world.batches.flat()).toEqual(events.map((each) => each.event));
  });
});

describe('a delivery that failed', () => {
  const failure = { now: START, random: 0.999, retryAfterMs: 0, giveUpAfterMs: DAY };

  it('is tried again after a random part of a pause that doubles up to an hour', () => {
    const pauses: number[] = [];
    let progress: Progress = NOTHING_PUBLISHED;
    for (let now = START; pauses.length < 14;) {
      const after = afterFailure(progress, { ...failure, now });
      if (after === 'give_up') throw new Error('Too early');
      pauses.push(after.retryAt - now);
      progress = after;
      now = after.retryAt;
    }
    expect(pauses.slice(0, 4).map((pause) => Math.round(pause / 1_000))).toEqual([5, 10, 20, 40]);
    expect(Math.round((pauses.at(-1) ?? 0) / 1_000)).toBe(3_596);
    expect(afterFailure(progress, { ...failure, random: 0 })).toMatchObject({ retryAt: START });
  });

  it('is tried again no earlier than it was asked for, but for one who asks for days', () => {
    expect(afterFailure(NOTHING_PUBLISHED, { ...failure, random: 0, retryAfterMs: minutes(20) })).toMatchObject({
      retryAt: START + minutes(20),
    });
    expect(afterFailure(NOTHING_PUBLISHED, { ...failure, random: 0, retryAfterMs: hours(90) })).toMatchObject({
      retryAt: START + hours(6),
    });
  });

  it('has its last try when the day is over', () => {
    const failing: Progress = { ...NOTHING_PUBLISHED, failures: 40, failingSince: START, retryAt: START };
    expect(afterFailure(failing, { ...failure, now: START + DAY - minutes(2) })).toMatchObject({ retryAt: START + DAY });
    expect(afterFailure(failing, { ...failure, now: START + DAY - seconds(30) })).toBe('give_up');
    expect(afterFailure(failing, { ...failure, now: START + 90 * DAY, giveUpAfterMs: Number.POSITIVE_INFINITY })).not.toBe('give_up');
  });
});

describe('more than one message takes', () => {
  it('goes in several, in order, each small enough for a queue', async () => {
    const events = Array.from({ length: 9 }, (_, index) => event(index + 1, '\u00e9'.repeat(17_000)));
    const { world, publication } = publishing(events);
    await publication.run();
    expect(world.batches.flat()).toEqual(events.map((each) => each.event));
    expect(world.batches.length).toBeGreaterThan(2);
    for (const batch of world.batches) expect(new TextEncoder().encode(JSON.stringify(batch)).byteLength).toBeLessThan(128_000 - 200);
  });

  it('is one event at a time where each is as large as an order can be, and begins again behind the last that was taken', async () => {
    const events = Array.from({ length: 3 }, (_, index) => event(index + 1, 'x'.repeat(66_000)));
    const { world, publication } = publishing(events, { ...NOTHING_PUBLISHED, done: 1 });
    await publication.run();
    expect(world.batches).toEqual([[events[1]?.event], [events[2]?.event]]);
    expect(publication.wakeAt(START)).toBeNull();
  });
});

it('what is on its way when everything is begun again does not count as published', async () => {
  const { world, publication, untilNothingIsDue } = publishing([event(1), event(2)], { ...NOTHING_PUBLISHED, from: 1 });
  const running = publication.run();
  publication.restart(NOTHING_PUBLISHED);
  await running;
  await untilNothingIsDue();
  expect(world.tries.map(({ ids }) => ids)).toEqual([['o-1-2'], ['o-1-1', 'o-1-2']]);
});
