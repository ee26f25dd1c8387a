/**
 * The seals of a journal: each row's is a hash of the row and of the seal before it, so that no row can be changed, left out, added or moved
 * without breaking every seal after it. Personal data is in the hash only as a salted digest: once value and salt are gone nobody can
 * tell the value from the digest, and the seals still fit. So is what is shown to nobody, with a salt of its own.
 *
 * It shows that a history is the one that its last seal was made for, and no more. Who can write all rows can seal them anew: against that,
 * a seal has to be known from elsewhere, as the receivers of domain events know theirs.
 */

import { createHash } from 'node:crypto';
import * as z from 'zod';
import { canonical } from '../saga/same-order.ts';
import { ERASED } from './personal-data.ts';

/** What stands in a row that is shown where a definition says that nobody may see it. */
const HIDDEN = 'hidden';

const text = z.string();

/** `digests`: by JSON pointer into the row's events. Without a salt, what they are of is not there. */
const salted = z.object({ salt: text.exactOptional(), digests: z.record(text, text) });

export const seal = z.object({
  hash: text,
  personal: salted.readonly().exactOptional(),
  /** What a definition says is sensitive. */
  secret: salted.readonly().exactOptional(),
});

export type Seal = Readonly<z.infer<typeof seal>>;

type Salted = Readonly<z.infer<typeof salted>>;

interface Row {
  readonly seq: number;
  readonly at: number;
  /** What is no JSON in it counts as what JSON makes of it. */
  readonly events: unknown;
}

/** JSON pointers (RFC 6901) into a row's events. */
export interface Pointers {
  readonly personal: readonly string[];
  readonly secret: readonly string[];
}

/** Before the first row. */
export const NO_SEAL = '';

/** `newSalt`: random each time. */
export function sealOf(previous: string, row: Row, pointers: Pointers, newSalt: () => string): Seal {
  const parts = { ...part('personal', row, pointers, newSalt), ...part('secret', row, pointers, newSalt) };
  return { hash: hashOf(previous, row, parts), ...parts };
}

function part(kind: keyof Pointers, { events }: Row, pointers: Pointers, newSalt: () => string): Pick<Seal, keyof Pointers> {
  if (pointers[kind].length === 0) return {};
  const salt = newSalt();
  const digests = pointers[kind].map((pointer) => [pointer, digestOf(salt, pointer, valueAt(events, pointer))] as const);
  return { [kind]: { salt, digests: Object.fromEntries(digests) } };
}

/** What is wrong with a row and its seal; null where they fit. */
export function brokenSeal(previous: string, row: Row, { hash, personal, secret }: Seal): string | null {
  const wrong = brokenPart(row, personal, [ERASED]) ?? brokenPart(row, secret, [ERASED, HIDDEN]);
  if (wrong !== null) return wrong;
  const fits = hashOf(previous, row, { personal, secret }) === hash;
  return fits ? null : 'it is not what was recorded, or not what was recorded in this place';
}

function brokenPart({ events }: Row, part: Salted | undefined, inItsPlace: readonly unknown[]): string | null {
  for (const [pointer, digest] of Object.entries(part?.digests ?? {})) {
    const value = valueAt(events, pointer);
    if (part?.salt === undefined && !inItsPlace.includes(value)) return `what stands at ${pointer} should not be there`;
    if (part?.salt !== undefined && digestOf(part.salt, pointer, value) !== digest)
      return `what stands at ${pointer} is not what was recorded`;
  }
  return null;
}

interface Sealed {
  readonly events: unknown;
  readonly seal: Seal;
}

/** The row without its personal data and what nobody sees, and the seal that still fits it. */
export const erased = (events: unknown, { hash, personal, secret }: Seal): Sealed => ({
  events: withValues(events, [...pointersOf(personal), ...pointersOf(secret)], ERASED),
  seal: { hash, ...(personal && { personal: unsalted(personal) }), ...(secret && { secret: unsalted(secret) }) },
});

/** The row as others may see it, and likewise. */
export const shownRow = (events: unknown, { secret, ...seal }: Seal): Sealed =>
  secret?.salt === undefined
    ? { events, seal: { ...seal, ...(secret && { secret }) } }
    : { events: withValues(events, pointersOf(secret), HIDDEN), seal: { ...seal, secret: unsalted(secret) } };

/** The events without the places of what nobody sees. */
export const withoutSecrets = (events: unknown, { secret }: Seal): unknown => withValues(events, pointersOf(secret), undefined);

const unsalted = ({ digests }: Salted): Salted => ({ digests });

const pointersOf = (part: Salted | undefined): readonly string[] => Object.keys(part?.digests ?? {});

/** Which places are digests is in it too, so that no value can be passed off as one that is erased. */
function hashOf(previous: string, { seq, at, events }: Row, parts: { readonly [kind in keyof Pointers]?: Salted | undefined }): string {
  const [personal, secret] = [parts.personal?.digests, parts.secret?.digests];
  const bare = withValues(events, [...pointersOf(parts.personal), ...pointersOf(parts.secret)], '');
  return sha256(`${previous}\n${canonical({ seq, at, events: bare, personal, secret })}`);
}

const digestOf = (salt: string, pointer: string, value: unknown): string => sha256(`${salt}\n${pointer}\n${canonical(value) ?? ''}`);

const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');

type Node = Record<string, unknown>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** No name in an event holds a slash or a tilde, so nothing is escaped. */
const valueAt = (root: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((node, name) => (isNode(node) && Object.hasOwn(node, name) ? node[name] : undefined), root);

/** A copy, with this value at each of the pointers; undefined: with nothing there. What a pointer does not lead to is left as it is. */
function withValues(root: unknown, pointers: readonly string[], value: string | undefined): unknown {
  if (pointers.length === 0) return root;
  const copy: unknown = JSON.parse(JSON.stringify(root));
  for (const pointer of pointers) {
    const end = pointer.lastIndexOf('/');
    const holder = valueAt(copy, pointer.slice(0, end));
    const name = pointer.slice(end + 1);
    if (!isNode(holder) || !Object.hasOwn(holder, name)) continue;
    if (value === undefined) delete holder[name];
    else holder[name] = value;
  }
  return copy;
}
