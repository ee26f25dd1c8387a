/** What `npm run conformance` prints: a line for each check, and where something is not as it should be, what it means for a real order. */

import type { Paint } from '../demo/paint.ts';
import type { Check, Finding } from './check.ts';
import { KEY_CHECKS, ONE_CALL } from './key-checks.ts';
import { PROBE_CHECKS } from './probe-checks.ts';
import type { Service } from './service.ts';
import { UNDO_CHECKS } from './undo-checks.ts';

export interface Terminal {
  readonly print: (line: string) => void;
  /** Overwrites what it said before. */
  readonly progress: (line: string) => void;
  readonly paint: Paint;
}

export interface Tried {
  readonly check: Check;
  readonly finding: Finding;
}

const NAME_WIDTH = 34;

/** Everything that can be tried with this service, unless its first call fails already. */
export async function tryAll(service: Service, terminal: Terminal): Promise<readonly Tried[]> {
  const tried = [await tryOne(ONE_CALL, service, terminal)];
  if (tried[0]?.finding.kind !== 'good') return tried;
  for (const check of [...KEY_CHECKS, ...UNDO_CHECKS, ...PROBE_CHECKS].filter((check) => isPossible(check, service))) {
    // There is nothing more to ask where there is no probe.
    const isSpared = PROBE_CHECKS.includes(check) && lacks(tried, 'probe');
    if (!isSpared) tried.push(await tryOne(check, service, terminal));
  }
  return tried;
}

const isPossible = ({ needs }: Check, { subject, isSigned }: Service): boolean =>
  needs === 'do' || (needs === 'undo' ? subject.undo !== null : isSigned);

async function tryOne(check: Check, service: Service, terminal: Terminal): Promise<Tried> {
  terminal.progress(`  ...     ${check.name}`);
  const finding = await check.find(service).catch((error: unknown): Finding => ({
    kind: 'fault',
    came: String(error),
    means: 'What works once does not work each time: orders fail at random',
  }));
  terminal.progress('');
  print(check, finding, terminal);
  return { check, finding };
}

function print({ name, did, expected }: Check, finding: Finding, { print, paint }: Terminal): void {
  const signs = { good: paint.good('ok    '), fault: paint.bad('FAULT '), lacking: paint.back('lacks '), unseen: paint.back('unseen') };
  const { kind, came } = finding;
  if (kind === 'good') return print(`  ${signs.good}  ${name.padEnd(NAME_WIDTH)} ${paint.dim(came)}`);
  print(`  ${signs[kind]}  ${paint.bold(name)}`);
  print(`            did       ${did}`);
  print(`            expected  ${expected}`);
  print(`            came      ${came}`);
  if ('means' in finding) print(`            means     ${finding.means}.`);
}

export interface Declaration {
  /** Not said of a service that undoes nothing. */
  readonly fences?: boolean;
  readonly probe: boolean;
}

const lacks = (tried: readonly Tried[], what: keyof Declaration): boolean =>
  tried.some(({ finding }) => finding.kind === 'lacking' && finding.without === what);

/** What is true of the service, as far as it was tried. */
export function declarationOf({ subject }: Service, tried: readonly Tried[]): Declaration {
  const isSound = (checks: readonly Check[]) =>
    checks.every((check) => tried.some((one) => one.check === check && one.finding.kind === 'good'));
  return {
    ...(subject.undo && { fences: !lacks(tried, 'fences') && isSound(UNDO_CHECKS) }),
    probe: !lacks(tried, 'probe') && isSound(PROBE_CHECKS),
  };
}

export function printVerdict(service: Service, tried: readonly Tried[], { print, paint }: Terminal): void {
  const count = (kind: Finding['kind']) => tried.filter(({ finding }) => finding.kind === kind).length;
  const [faults, lacks, unseen] = [count('fault'), count('lacking'), count('unseen')];
  const verdict =
    faults > 0 ? paint.bad(`${faults} of ${tried.length} checks found a fault`) : paint.good(`No fault in ${tried.length} checks`);
  const lines = [lacks > 0 && `${lacks} that it may do without`, unseen > 0 && `${unseen} that can’t be seen from here`];
  print(`\n${[verdict, ...lines.filter((line) => line !== false)].join(', ')}.`);
  if (tried.length === 1) return print('Nothing else was tried, since one call has to go through first.');
  print('True of it, as tried:');
  print(`  PARTICIPANTS='${JSON.stringify({ [service.subject.name]: declarationOf(service, tried) })}'`);
  print(paint.dim('For how long it remembers keys can’t be tried: less than a day has to be said as "key_lifetime_seconds".'));
}
