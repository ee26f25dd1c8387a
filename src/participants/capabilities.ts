/** What the participants are declared to do: the `PARTICIPANTS` variable. */

import * as z from 'zod';
import type { Capabilities } from '../saga/command.ts';
import type { Participant } from '../saga/definition.ts';
import { ok, refuse, type Result } from '../saga/result.ts';
import { parseJson } from './parse-json.ts';

const DAY_SECONDS = 86_400;

const declaration = z.strictObject({
  fences: z.boolean().default(false),
  key_lifetime_seconds: z.number().positive().default(DAY_SECONDS),
  probe: z.boolean().default(true),
});

const KNOWN = {
  inventory: declaration.optional(),
  payment: declaration.optional(),
  shipping: declaration.optional(),
  notification: declaration.optional(),
};

/** Of these and no others: a name that nobody calls is most likely a slip, and the careful value would stand in silence. */
const declarations = (others: readonly string[]) =>
  z.strictObject({ ...Object.fromEntries(others.map((name) => [name, declaration.optional()])), ...KNOWN });

export interface DeclaredCapabilities extends Capabilities {
  /** False: it is never asked what became of an operation. Where nothing is declared that is found out by asking. */
  readonly probe: boolean;
}

/** Where nothing is declared the careful value stands: no fencing, keys remembered for a day. */
const CAREFUL: DeclaredCapabilities = { fences: false, keyLifetimeMs: DAY_SECONDS * 1_000, probe: true };

export type CapabilitiesOf = (participant: Participant) => DeclaredCapabilities;

/** Refuses with what is wrong in the text. `others`: the participants that sagas call besides those of the participant API. */
export function parseCapabilities(text: string | undefined, others: readonly string[] = []): Result<CapabilitiesOf, string> {
  const parsed = z
    .string()
    .default('{}')
    .transform(parseJson)
    .pipe(declarations(others))
    .safeParse(text?.trim() || undefined);
  if (!parsed.success) return refuse(z.prettifyError(parsed.error));
  const byName = new Map(Object.entries<z.infer<typeof declaration> | undefined>(parsed.data));
  return ok((participant) => {
    const declared = byName.get(participant);
    if (!declared) return CAREFUL;
    return { fences: declared.fences, keyLifetimeMs: declared.key_lifetime_seconds * 1_000, probe: declared.probe };
  });
}
