/** One contestant, one load: what it took and used until all is quiet again, and whether every order came out right. */

import { judge, type Effect } from './ledger.ts';
import { place, type Load } from './load.ts';
import type { Child, FromParticipants } from './processes.ts';
import { cpuMs, forgetPeak, peakKib, whenQuiet } from './resources.ts';
import type { Running } from './running.ts';

export interface Round {
  readonly perSecond: number;
  readonly latenciesMs: readonly number[];
  readonly cpuMsPerOrder: number;
  /** The most that its process held above what it held without an order, shared out among the orders of this round. */
  readonly memoryKibPerOrder: number;
  readonly wrong: readonly string[];
}

export async function playRound(running: Running, participants: Child<FromParticipants>, name: string, load: Load): Promise<Round> {
  const { workerd, contestant } = running;
  const before = cpuMs(workerd);
  forgetPeak(workerd);
  const { ids, wallMs, latenciesMs } = await place(running, name, load);
  await whenQuiet(workerd, contestant.settlesInMs);
  const used = cpuMs(workerd) - before;
  const books = participants.next('books');
  participants.ask();
  const { effects } = await books;
  return {
    perSecond: (load.orders / wallMs) * 1_000,
    latenciesMs,
    cpuMsPerOrder: used / load.orders,
    memoryKibPerOrder: (peakKib(workerd) - running.emptyKib) / load.orders,
    wrong: wrongIn(ids, load.items, effects),
  };
}

function wrongIn(ids: readonly string[], items: number, effects: readonly Effect[]): readonly string[] {
  const byOrder = Map.groupBy(effects, ({ body }) => String(body['order_id']));
  const strangers = [...byOrder.keys()].filter((id) => !ids.includes(id)).map((id) => `${id}: nobody has placed it`);
  return [...ids.flatMap((id) => judge(id, items, byOrder.get(id) ?? [])), ...strangers];
}
