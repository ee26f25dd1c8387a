/**
 * Where the time of an order goes, as V8's own profiler tells it through workerd's inspector: our files, libraries, what the runtime does
 * for them, and what is outside of the Worker's JavaScript altogether. The profiler makes all of it slower, and a sample that comes late is
 * booked to whatever ran then: shares count, and small ones don't.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { rightRound, type Stage } from './beside.ts';
import { BACKSTITCH } from './contestant.ts';
import { place, type Load } from './load.ts';
import { start, type Running } from './running.ts';

export interface Share {
  /** A file of ours, a package, or in brackets what is neither. */
  readonly of: string;
  readonly msPerOrder: number;
}

export interface Profiled {
  readonly orders: number;
  readonly shares: readonly Share[];
  /** Opens in a browser's developer tools. */
  readonly cpuprofile: string;
}

const WARM_UP: Load = { inFlight: 16, orders: 400, items: 2 };
const MEASURED: Load = { inFlight: 64, orders: 600, items: 2 };

const LONGEST_MS = 60_000;

export async function profileOrders(stage: Stage): Promise<Profiled> {
  stage.say('Backstitch is started, with an inspector');
  const running = await start(BACKSTITCH, join(stage.directory, 'profiled'), stage.participantsUrl, { isInspected: true });
  stage.running.push(running);
  stage.say('and warmed up');
  await rightRound(stage, running, 'warm', WARM_UP);
  const inspector = await Inspector.of(running);
  await inspector.ask('Profiler.enable');
  await inspector.ask('Profiler.start');
  stage.say(`${MEASURED.orders} orders are profiled`);
  await place(running, 'profiled', MEASURED);
  // The profiler itself is never quiet: for so long the last alarms and batches take.
  await new Promise((resolve) => setTimeout(resolve, BACKSTITCH.settlesInMs));
  const { profile } = stopped.parse(await inspector.ask('Profiler.stop'));
  inspector.close();
  const files = filesIn(readFileSync(join(running.bundle, 'index.js'), 'utf8'));
  return { orders: MEASURED.orders, shares: sharesIn(profile, files, MEASURED.orders), cpuprofile: JSON.stringify(profile) };
}

const callFrame = z.looseObject({ functionName: z.string(), url: z.string(), lineNumber: z.number() });

const node = z.looseObject({ id: z.number(), callFrame, children: z.array(z.number()).optional() });

/** https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
const profile = z.looseObject({ nodes: z.array(node), samples: z.array(z.number()), timeDeltas: z.array(z.number()) });

type Profile = z.infer<typeof profile>;

const stopped = z.object({ profile });

/** Which file each line of a bundle is from: the bundler says so before each one. */
function filesIn(bundle: string): readonly string[] {
  let file = '';
  return bundle.split('\n').map((line) => (file = /^\/\/ (\S+\.(?:ts|tsx|js|mjs))$/.exec(line)?.[1] ?? file));
}

/** What the runtime does counts for the function that called it. */
function sharesIn({ nodes, samples, timeDeltas }: Profile, files: readonly string[], orders: number): readonly Share[] {
  const owners = new Map<number, string>();
  const byId = new Map(nodes.map((one) => [one.id, one]));
  const own = (id: number, caller: string): void => {
    const called = byId.get(id);
    if (!called) return;
    const owner = ownerOf(called.callFrame, files) ?? caller;
    owners.set(id, owner);
    for (const child of called.children ?? []) own(child, owner);
  };
  own(nodes[0]?.id ?? 0, '(runtime)');
  const times = new Map<string, number>();
  for (const [nth, id] of samples.entries()) {
    const owner = owners.get(id) ?? '(runtime)';
    times.set(owner, (times.get(owner) ?? 0) + (timeDeltas[nth] ?? 0) / 1_000);
  }
  const shares = [...times].map(([of, ms]) => ({ of, msPerOrder: ms / orders }));
  return shares.toSorted((one, other) => other.msPerOrder - one.msPerOrder);
}

const OUTSIDE = new Set(['(program)', '(idle)', '(garbage collector)']);

/** Null where it is the runtime's own. */
function ownerOf({ functionName, url, lineNumber }: z.infer<typeof callFrame>, files: readonly string[]): string | null {
  if (OUTSIDE.has(functionName)) return functionName;
  const file = url.endsWith('index.js') ? files[lineNumber] : undefined;
  if (!file) return null;
  return /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? file.replace(/^.*?(?=src\/)/, '');
}

const answered = z.object({ id: z.number(), result: z.unknown().optional() });

/** The part of the inspector's protocol that is needed here. */
class Inspector {
  readonly #socket: WebSocket;
  readonly #asked = new Map<number, (result: unknown) => void>();

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const told = answered.safeParse(JSON.parse(String(data)));
      if (told.success) this.#asked.get(told.data.id)?.(told.data.result);
    });
  }

  /** Of the Worker itself: queues and database have isolates of their own. */
  static async of({ inspector }: Running): Promise<Inspector> {
    const socket = new WebSocket(new URL('/core:user:contestant', inspector ?? '').href);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve, { once: true });
      socket.addEventListener('error', reject, { once: true });
    });
    return new Inspector(socket);
  }

  ask(method: string): Promise<unknown> {
    const id = this.#asked.size + 1;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#asked.set(id, resolve);
    const timer = setTimeout(() => reject(new Error(`The inspector did not answer ${method}`)), LONGEST_MS);
    this.#socket.send(JSON.stringify({ id, method }));
    return promise.finally(() => clearTimeout(timer));
  }

  close(): void {
    this.#socket.close();
  }
}
