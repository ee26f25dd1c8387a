/** What the crash harness is asked to do, from its command line. Pure. */

import { ok, refuse, type Result } from '../../saga/result.ts';
import { leastOrders, MIN_KILLS, type Options } from './plan.ts';

export type Asked = { readonly type: 'help' } | ({ readonly type: 'run' } & Options);

const MAX_ORDERS = 20_000;
const MAX_KILLS = 500;
const MAX_SEED = 2 ** 32 - 1;

export const HELP = `npm run chaos [-- --orders N] [--kills N] [--seed S]

Kills the coordinator again and again (SIGKILL, the whole process group) while it drives orders through services that fail in every
way, starts it again, and compares what became of every order with the services' own ledgers. The exit status is 1 where anything is
not as it should be.

  --orders N   how many orders, 500 by default
  --kills N    how many kills, 10 by default, at least ${MIN_KILLS}; one more comes with the measurement of the recovery
  --seed S     a number; the same seed is the same orders, faults and kills. A new one by default, which is printed
  --help       this text`;

const NAMES = ['--orders', '--kills', '--seed'] as const;

type Name = (typeof NAMES)[number];

/** `newSeed` is taken where none is given. The refusal is a sentence for the person who typed it. */
export function readOptions(args: readonly string[], newSeed: number): Result<Asked, string> {
  if (args.includes('--help') || args.includes('-h')) return ok({ type: 'help' });
  const given = givenIn(args);
  if (!given.ok) return given;
  const numberOf = (name: Name, otherwise: number, min: number, max: number) =>
    wholeNumber(name, given.value.get(name), otherwise, min, max);
  const orders = numberOf('--orders', 500, 1, MAX_ORDERS);
  if (!orders.ok) return orders;
  const kills = numberOf('--kills', 10, MIN_KILLS, MAX_KILLS);
  if (!kills.ok) return kills;
  const seed = numberOf('--seed', newSeed, 0, MAX_SEED);
  if (!seed.ok) return seed;
  const least = leastOrders(kills.value);
  if (orders.value < least) {
    return refuse(`--orders has to be at least ${least} with --kills ${kills.value}: each boundary needs orders of its own`);
  }
  return ok({ type: 'run', orders: orders.value, kills: kills.value, seed: seed.value });
}

/** `--name value` or `--name=value`; of the same name twice, the last. */
function givenIn(args: readonly string[]): Result<ReadonlyMap<Name, string>, string> {
  const given = new Map<Name, string>();
  const words = args.flatMap((word) => /^(--\w+)=(.*)$/s.exec(word)?.slice(1) ?? [word]);
  for (let index = 0; index < words.length; index += 2) {
    const name = NAMES.find((candidate) => candidate === words[index]);
    const value = words[index + 1];
    if (!name) return refuse(`${words[index]} is not an option`);
    if (value === undefined) return refuse(`${name} needs a number behind it`);
    given.set(name, value);
  }
  return ok(given);
}

function wholeNumber(name: Name, text: string | undefined, otherwise: number, min: number, max: number): Result<number, string> {
  if (text === undefined) return ok(otherwise);
  const number = Number(text);
  const isRight = /^\d+$/.test(text) && number >= min && number <= max;
  return isRight ? ok(number) : refuse(`${name} has to be a whole number from ${min} to ${max}, got "${text}"`);
}
