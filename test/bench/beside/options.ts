/** What `npm run bench` is asked to do, from its command line. Pure. */

import { parseArgs } from 'node:util';
import { ok, refuse, type Result } from '../../../src/saga/result.ts';
import type { Load } from './load.ts';

export interface Options {
  readonly mode: 'beside' | 'growth' | 'profile';
  readonly rounds: number;
  readonly loads: readonly Load[];
  /** How many orders there are in the end, with `growth`. */
  readonly upTo: number;
  readonly out: string;
}

export const HELP = `npm run bench [-- --quick] [--rounds N] [--growth [--up-to N]] [--profile] [--out DIR]

Backstitch, the same saga on Cloudflare Workflows, and a bare object that only makes the calls: each in a workerd of its own, round by
round, one after the other. Every order is compared with the services' books.

  --quick      two short rounds: a minute, and only a rough idea
  --rounds N   how many rounds, 7 by default
  --growth     what an order costs with 100, 10 000 and 100 000 orders there, with many items, with a long history, and while it waits
  --up-to N    how many orders --growth goes up to, 100 000 by default
  --profile    where the time of an order goes, by file; these orders are not compared
  --out DIR    where bench.json, bench.svg and backstitch.cpuprofile go, .bench by default`;

/** More in flight need more orders, or most of the round is its beginning and its end. */
const LOADS: readonly Load[] = [
  { inFlight: 1, orders: 60, items: 2 },
  { inFlight: 16, orders: 240, items: 2 },
  { inFlight: 64, orders: 400, items: 2 },
];

const QUICK: readonly Load[] = [
  { inFlight: 1, orders: 30, items: 2 },
  { inFlight: 16, orders: 100, items: 2 },
  { inFlight: 64, orders: 200, items: 2 },
];

/** The refusal is for the person who typed it. */
export function readOptions(args: readonly string[]): Result<Options | 'help', string> {
  const parsed = valuesOf(args);
  if (!parsed.ok) return parsed;
  const { values } = parsed.value;
  if (values.help) return ok('help');
  const rounds = Number(values.rounds ?? (values.quick ? 2 : 7));
  const upTo = Number(values['up-to'] ?? 100_000);
  if (!Number.isInteger(rounds) || rounds < 1) return refuse(`--rounds has to be a whole number above 0, not ${values.rounds}`);
  if (!Number.isInteger(upTo) || upTo < 100) return refuse(`--up-to has to be a whole number of at least 100, not ${values['up-to']}`);
  if (values.growth && values.profile) return refuse('--growth and --profile are two runs: ask for one of them');
  const mode = values.growth ? 'growth' : values.profile ? 'profile' : 'beside';
  return ok({ mode, rounds, upTo, loads: values.quick ? QUICK : LOADS, out: values.out });
}

function valuesOf(args: readonly string[]) {
  try {
    return ok(
      parseArgs({
        args: [...args],
        options: {
          quick: { type: 'boolean', default: false },
          growth: { type: 'boolean', default: false },
          profile: { type: 'boolean', default: false },
          help: { type: 'boolean', short: 'h', default: false },
          rounds: { type: 'string' },
          'up-to': { type: 'string' },
          out: { type: 'string', default: '.bench' },
        },
      }),
    );
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}
