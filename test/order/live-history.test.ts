import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveHistory } from '../../src/order/live-history.ts';
import type { HistoryEvent } from '../../src/order/orders-port.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

/** A journal in memory, whose rows are durable when it is told so. */
class Kept {
  readonly events: HistoryEvent[] = [];
  isAtRest = false;
  isBroken = false;
  durable: Promise<void> = Promise.resolve();
  readonly live = new LiveHistory({
    order: 'acme/o',
    read: (afterSeq) => {
      if (this.isBroken) throw new Error('Unreadable');
      return this.events.slice(afterSeq);
    },
    lastSeq: () => this.events.length,
    whenDurable: () => this.durable,
    isAtRestForGood: () => this.isAtRest,
  });

  happen(type: string): void {
    const seq = this.events.length + 1;
    this.events.push({ seq, id: `o-${seq}`, type, at: '2026-11-21T12:00:00.000Z', data: {} });
    this.isAtRest = type === 'OrderCompleted';
    this.live.written();
  }

  async watch(afterSeq = 0): Promise<ReadableStreamDefaultReader<Uint8Array>> {
    const stream = await this.live.watch(afterSeq);
    if (stream === 'over') throw new Error('It is over');
    const reader = stream.getReader();
    expect(await textOf(reader)).toMatch(/^retry: \d+\n\n$/);
    return reader;
  }
}

async function textOf(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  const { value } = await reader.read();
  return new TextDecoder().decode(value);
}

const idsIn = (text: string): readonly string[] => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id = '']) => id);

describe('a history that is watched', () => {
  it('is shown only when it is durable', async () => {
    const kept = new Kept();
    kept.happen('OrderPlaced');
    const reader = await kept.watch();
    expect(idsIn(await textOf(reader))).toEqual(['1']);
    const { promise, resolve } = Promise.withResolvers<void>();
    kept.durable = promise;
    kept.happen('OrderCompleted');
    const next = textOf(reader);
    expect(await Promise.race([next, scheduler.wait(20).then(() => 'nothing yet')])).toBe('nothing yet');
    resolve();
    expect(idsIn(await next)).toEqual(['2']);
    expect((await reader.read()).done).toBe(true);
  });

  it('has a heartbeat while nothing happens, and none for one who does not read', async () => {
    const kept = new Kept();
    kept.happen('OrderPlaced');
    const [idle, busy] = [await kept.watch(), await kept.watch()];
    expect(idsIn(await textOf(idle))).toEqual(['1']);
    const beat = textOf(idle);
    for (let times = 0; times < 1_000; times += 1) vi.advanceTimersByTime(15_000);
    expect(await beat).toMatch(/^: .*\n\n$/);
    kept.happen('OrderCompleted');
    const rest = [await textOf(busy), await textOf(busy)].join('');
    expect([idsIn(rest), rest.includes('still here')]).toEqual([['1', '2'], false]);
    expect((await busy.read()).done).toBe(true);
  });

  it('keeps no timer once nobody watches, and begins anew for who comes next', async () => {
    const kept = new Kept();
    kept.happen('OrderPlaced');
    const readers = [await kept.watch(), await kept.watch()];
    expect(vi.getTimerCount()).toBe(1);
    for (const reader of readers) await reader.cancel();
    expect(vi.getTimerCount()).toBe(0);
    kept.happen('OperationStarted');
    expect(idsIn(await textOf(await kept.watch()))).toEqual(['1', '2']);
  });

  it('left by all while it is read is not mixed up for who comes next', async () => {
    const kept = new Kept();
    kept.happen('OrderPlaced');
    const reader = await kept.watch();
    const { promise, resolve } = Promise.withResolvers<void>();
    kept.durable = promise;
    kept.happen('OperationStarted');
    await reader.cancel();
    const next = kept.watch();
    resolve();
    expect(idsIn(await textOf(await next))).toEqual(['1', '2']);
  });

  it('that can’t be read any more ends the stream: who watches may come back', async () => {
    const kept = new Kept();
    kept.happen('OrderPlaced');
    const reader = await kept.watch(1);
    const end = reader.read();
    kept.isBroken = true;
    kept.happen('OperationStarted');
    expect((await end).done).toBe(true);
    await expect(kept.live.watch(0)).rejects.toThrow('Unreadable');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('at rest for good has nothing more to tell to one who has seen it all', async () => {
    const kept = new Kept();
    kept.happen('OrderPlaced');
    kept.happen('OrderCompleted');
    expect(await kept.live.watch(2)).toBe('over');
    expect(await kept.live.watch(99)).toBe('over');
    expect(vi.getTimerCount()).toBe(0);
  });
});
