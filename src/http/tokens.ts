/**
 * Who is asking. Tokens come from the secret `API_TOKENS`; only their SHA-256 digests are kept, and a presented token is compared with
 * every one of them in constant time. A token has no expiry here: it is good for as long as the secret names it.
 */

import * as z from 'zod';
import { ok, refuse, type Result } from '../saga/result.ts';
import type { AccessRefusal } from './refusal.ts';

export type Role = 'client' | 'operator' | 'metrics';

/** A tenant on an operator's or a metrics token says nothing: those roles are not bound to one. */
export type Principal = { readonly role: 'client'; readonly tenant: string } | { readonly role: Exclude<Role, 'client'> };

export interface KnownToken {
  readonly digest: Uint8Array<ArrayBuffer>;
  readonly principal: Principal;
}

export interface TokenRegistry {
  readonly entries: readonly KnownToken[];
  /** The distinct tenants of the client tokens. */
  readonly tenants: readonly string[];
}

type NotConfigured = Extract<AccessRefusal, { reason: 'not_configured' }>;

export const TENANT = /^[A-Za-z0-9_-]{1,64}$/;

const Token = z
  .string('has no token')
  .regex(/^[\x21-\x7e]{1,512}$/, 'has a token that is not 1 to 512 visible ASCII characters')
  .refine((token) => !token.startsWith('sha256:') || digestHex(token) !== null, 'has a sha256: token without 64 hexadecimal digits');

const Tenant = z.string('has no tenant that is a string').regex(TENANT, 'has a tenant that is not 1 to 64 of [A-Za-z0-9_-]');

const OTHER_FORM = 'has another form than {token, role, tenant}';

/** Zod's own messages would do, but may quote what they refuse. */
const TokenEntry = z
  .discriminatedUnion(
    'role',
    [
      z.strictObject({ token: Token, role: z.literal('client'), tenant: Tenant }, OTHER_FORM),
      z.strictObject({ token: Token, role: z.enum(['operator', 'metrics']), tenant: Tenant.nullish() }, OTHER_FORM),
    ],
    'has no role that is client, operator or metrics',
  )
  .transform((entry): { readonly token: string; readonly principal: Principal } => ({
    token: entry.token,
    principal: entry.role === 'client' ? { role: entry.role, tenant: entry.tenant } : { role: entry.role },
  }));

const TokenEntries = z.array(TokenEntry).min(1);

const digestHex = (token: string): string | null => /^sha256:([0-9a-f]{64})$/i.exec(token)?.[1] ?? null;

/** The last registry read in this isolate, by the secret as the environment holds it anyway. A value and never a promise: a promise belongs to the request that made it. */
let cached: { readonly raw: string; readonly registry: Result<TokenRegistry, NotConfigured> } | null = null;

/** Reads the secret, once for each of its values. What is wrong with it is told by place, never by content. */
export async function tokenRegistry(raw: string | undefined): Promise<Result<TokenRegistry, NotConfigured>> {
  if (raw === undefined || raw.trim() === '') return unusable('it is not set');
  if (cached?.raw === raw) return cached.registry;
  const registry = await readRegistry(raw);
  cached = { raw, registry };
  return registry;
}

async function readRegistry(raw: string): Promise<Result<TokenRegistry, NotConfigured>> {
  const json = parseJson(raw);
  if (!json.ok) return unusable('it is not valid JSON');
  const parsed = TokenEntries.safeParse(json.value);
  if (!parsed.success) return unusable(whatIsWrong(parsed.error.issues[0]));
  const entries = await Promise.all(parsed.data.map(async ({ token, principal }) => ({ digest: await digestOf(token), principal })));
  const repeated = entries.findIndex(({ digest }, index) => entries.slice(0, index).some((earlier) => sameBytes(earlier.digest, digest)));
  if (repeated !== -1) return unusable(`entry ${repeated} repeats the token of an earlier one`);
  const clients = entries.flatMap(({ principal }) => (principal.role === 'client' ? [principal.tenant] : []));
  return ok({ entries, tenants: [...new Set(clients)] });
}

const unusable = (detail: string) => refuse<NotConfigured>({ reason: 'not_configured', setting: 'API_TOKENS', detail });

function parseJson(text: string): Result<unknown, null> {
  try {
    return ok(JSON.parse(text));
  } catch {
    // The error's own message quotes the text, which is secret.
    return refuse(null);
  }
}

function whatIsWrong(issue: z.core.$ZodIssue | undefined): string {
  const index = issue?.path[0];
  return issue && typeof index === 'number'
    ? `entry ${index} ${issue.message}`
    : 'it is not a JSON array of at least one {token, role, tenant}';
}

async function digestOf(token: string): Promise<Uint8Array<ArrayBuffer>> {
  const hex = digestHex(token);
  return hex === null ? sha256(token) : Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

const sha256 = async (text: string): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));

/** Both are SHA-256 digests, so of one length, which the platform's comparison requires. */
const sameBytes = (left: Uint8Array, right: Uint8Array): boolean => crypto.subtle.timingSafeEqual(left, right);

/** Whose token the request carries. */
export async function authenticate(request: Request, registry: TokenRegistry): Promise<Result<Principal, AccessRefusal>> {
  const authorization = request.headers.get('Authorization');
  const token = /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) return refuse({ reason: 'unauthenticated', presented: /^bearer\b/i.test(authorization ?? '') });
  const found = await knownToken(token, registry);
  return found ? ok(found.principal) : refuse({ reason: 'unauthenticated', presented: true });
}

/** Null where it is none of those configured. The whole registry is compared each time, so the time taken does not tell which entry fits. */
export async function knownToken(token: string, registry: TokenRegistry): Promise<KnownToken | null> {
  const digest = await sha256(token);
  const matches = registry.entries.map((entry) => sameBytes(entry.digest, digest));
  return registry.entries[matches.indexOf(true)] ?? null;
}
