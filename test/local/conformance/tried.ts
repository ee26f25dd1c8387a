/** The tester as its command runs it, with what it printed kept. */

import { askedFor } from '../../../src/local/conformance/options.ts';
import { declarationOf, printVerdict, tryAll, type Declaration } from '../../../src/local/conformance/report.ts';
import { Service } from '../../../src/local/conformance/service.ts';
import { NO_PAINT } from '../../../src/local/demo/paint.ts';

export interface Outcome {
  /** The names of the checks that did not just pass, by what they found. */
  readonly fault: readonly string[];
  readonly lacking: readonly string[];
  readonly unseen: readonly string[];
  readonly checks: number;
  readonly declaration: Declaration;
  readonly printed: string;
}

export async function tried(...args: readonly string[]): Promise<Outcome> {
  const asked = askedFor(args, {});
  if (!asked.ok) throw new Error(asked.refusal);
  const { subject, url, secret } = asked.value;
  const service = new Service(subject, url, secret);
  const lines: string[] = [];
  const terminal = { print: (line: string) => void lines.push(line), progress: () => undefined, paint: NO_PAINT };
  const found = await tryAll(service, terminal);
  await service.tidyUp();
  printVerdict(service, found, terminal);
  const named = (kind: string) => found.filter(({ finding }) => finding.kind === kind).map(({ check }) => check.name);
  const [fault, lacking, unseen] = [named('fault'), named('lacking'), named('unseen')];
  return { fault, lacking, unseen, checks: found.length, declaration: declarationOf(service, found), printed: lines.join('\n') };
}
