/**
 * How the cost of an order grows: with the orders that are there, with its items, with its history, and while it only waits. Of Backstitch
 * alone, each question on an instance of its own.
 */

import { join } from 'node:path';
import * as z from 'zod';
import { rightRound, type Stage } from './beside.ts';
import { BACKSTITCH, OPERATOR } from './contestant.ts';
import { figuresOf, type Figures } from './figures.ts';
import { each, request, type Load } from './load.ts';
import { stuckOrderId } from './order.ts';
import { cpuMs, residentKib, whenQuiet } from './resources.ts';
import { start, type Running } from './running.ts';

export interface Growth {
  readonly sizes: readonly { readonly orders: number; readonly figures: Figures; readonly residentMib: number }[];
  readonly items: readonly { readonly items: number; readonly figures: Figures }[];
  readonly history: readonly { readonly events: number; readonly cpuMsPerRetry: number }[];
  readonly waiting: { readonly orders: number; readonly seconds: number; readonly cpuMs: number; readonly residentKibPerOrder: number };
}

const SIZES = [100, 10_000, 100_000] as const;
const WINDOW: Load = { inFlight: 16, orders: 200, items: 2 };
const WINDOWS = 3;
const FILLING: Omit<Load, 'orders'> = { inFlight: 32, items: 2 };
const FILLED_AT_ONCE = 5_000;

export async function measureGrowth(stage: Stage, upTo: number): Promise<Growth> {
  return {
    sizes: await bySize(stage, upTo),
    items: await byItems(stage),
    history: await byHistory(stage),
    waiting: await whileWaiting(stage, Math.min(10_000, upTo)),
  };
}

async function open(stage: Stage, name: string, vars: Readonly<Record<string, string>> = {}): Promise<Running> {
  const running = await start(BACKSTITCH, join(stage.directory, name), stage.participantsUrl, { vars });
  stage.running.push(running);
  return running;
}

async function windows(stage: Stage, running: Running, name: string, load: Load): Promise<Figures> {
  const rounds = [];
  for (let nth = 0; nth < WINDOWS; nth += 1) rounds.push(await rightRound(stage, running, `${name}-${nth}`, load));
  return figuresOf(rounds);
}

async function bySize(stage: Stage, upTo: number): Promise<Growth['sizes']> {
  const running = await open(stage, 'sizes');
  const sizes: { orders: number; figures: Figures; residentMib: number }[] = [];
  let there = 0;
  for (const size of SIZES.filter((orders) => orders <= upTo)) {
    there += await fill(stage, running, there, size - there);
    const figures = await windows(stage, running, `at-${size}`, WINDOW);
    sizes.push({ orders: there, figures, residentMib: residentKib(running.workerd) / 1_024 });
    there += WINDOWS * WINDOW.orders;
  }
  await running.child.stop();
  return sizes;
}

/** How many were placed. */
async function fill(stage: Stage, running: Running, there: number, orders: number): Promise<number> {
  for (let placed = 0; placed < orders; placed += FILLED_AT_ONCE) {
    stage.say(`${there + placed} orders are there`);
    await rightRound(stage, running, `fill-${there + placed}`, { ...FILLING, orders: Math.min(FILLED_AT_ONCE, orders - placed) });
  }
  return Math.max(orders, 0);
}

async function byItems(stage: Stage): Promise<Growth['items']> {
  const running = await open(stage, 'items');
  await rightRound(stage, running, 'warm', WINDOW);
  const measured = [];
  for (const items of [2, 100]) {
    stage.say(`orders of ${items} items`);
    measured.push({ items, figures: await windows(stage, running, `items-${items}`, { ...WINDOW, orders: 100, items }) });
  }
  await running.child.stop();
  return measured;
}

const STUCK = 20;
const RETRIES = 10;

const history = z.object({ events: z.array(z.unknown()), next_after: z.number() });
const status = z.object({ saga_status: z.string() });

/** Orders that wait for a person have a step tried again and again, which is refused each time: what it costs, early and late. */
async function byHistory(stage: Stage): Promise<Growth['history']> {
  const running = await open(stage, 'history');
  const ids = Array.from({ length: STUCK }, (_, nth) => stuckOrderId(nth));
  await each(ids, STUCK, (id) => request(running, id, 2));
  await each(ids, STUCK, (id) => inReview(running, id));
  const measured: { events: number; cpuMsPerRetry: number }[] = [];
  for (let events = 0; events < 200;) {
    await whenQuiet(running.workerd, BACKSTITCH.settlesInMs);
    const before = cpuMs(running.workerd);
    for (let nth = 0; nth < RETRIES; nth += 1) await each(ids, STUCK, (id) => retry(running, id));
    await whenQuiet(running.workerd, BACKSTITCH.settlesInMs);
    const cpuMsPerRetry = (cpuMs(running.workerd) - before) / RETRIES / STUCK;
    events = await eventsOf(running, ids[0] ?? '');
    stage.say(`a history of ${events} events`);
    measured.push({ events, cpuMsPerRetry });
  }
  await running.child.stop();
  return measured;
}

const asOperator = (running: Running, id: string, path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${running.url}/api/v1/orders/${id}${path}${path.includes('?') ? '&' : '?'}tenant=bench`, {
    ...init,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${OPERATOR}` },
  });

const eventsOf = async (running: Running, id: string): Promise<number> =>
  history.parse(await (await asOperator(running, id, '/events?after=0')).json()).next_after;

async function inReview(running: Running, id: string): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    const { saga_status: told } = status.parse(await (await asOperator(running, id, '/status')).json());
    if (told === 'needs_review') return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${id} did not come to a person`);
}

async function retry(running: Running, id: string): Promise<void> {
  const body = JSON.stringify({ action: 'retry', step: 'reserve_inventory', by: 'bench', note: 'once more' });
  const response = await asOperator(running, id, '/review', { method: 'POST', body });
  const answer = await response.text();
  if (response.status !== 200) throw new Error(`${id} could not be tried again: ${response.status} ${answer}`);
  await inReview(running, id);
}

const LARGE = 60;
const WATCHED_SECONDS = 30;
/** After this an object that nobody asks is gone from memory. */
const ASLEEP_MS = 15_000;

async function whileWaiting(stage: Stage, orders: number): Promise<Growth['waiting']> {
  const running = await open(stage, 'waiting', { APPROVAL_THRESHOLD: '{"USD": "500.00"}' });
  let placed = 0;
  await each(Array.from({ length: orders }).keys(), 32, async (nth) => {
    await request(running, `waiting-${nth}`, LARGE);
    if ((placed += 1) % 500 === 0) stage.say(`${placed} orders wait for an approval`);
  });
  await whenQuiet(running.workerd, ASLEEP_MS);
  stage.say(`${orders} orders wait, and are watched for ${WATCHED_SECONDS} seconds`);
  const before = cpuMs(running.workerd);
  await new Promise((resolve) => setTimeout(resolve, WATCHED_SECONDS * 1_000));
  const used = cpuMs(running.workerd) - before;
  const residentKibPerOrder = (residentKib(running.workerd) - running.emptyKib) / orders;
  await running.child.stop();
  return { orders, seconds: WATCHED_SECONDS, cpuMs: used, residentKibPerOrder };
}
