/**
 * Who sent a call that carries no token: somebody who holds `CALLBACK_SECRET`, by the signature of Standard Webhooks over the raw body.
 * It covers neither path nor query, so what a call is about has to stand in its body. Within its five minutes a call can be sent again:
 * whatever is signed has to do no harm twice.
 */

import { Webhook } from 'standardwebhooks';
import { ok, refuse, type Result } from '../saga/result.ts';
import type { AccessRefusal, InvalidSignature } from './refusal.ts';

const WINDOW_SECONDS = 300;

/** The secrets, of which any one will do: while they are changed, the old one beside the new one. */
export function callbackSecrets(raw: string | undefined): Result<readonly Webhook[], AccessRefusal> {
  const secrets = (raw ?? '').split(/[\s,]+/).filter((secret) => secret !== '');
  if (secrets.length === 0) return unusable('it is not set');
  const webhooks: Webhook[] = [];
  for (const [index, secret] of secrets.entries()) {
    const webhook = webhookOf(secret);
    if (!webhook) return unusable(`secret ${index + 1} of ${secrets.length} is not one of Standard Webhooks (whsec_ and base64)`);
    webhooks.push(webhook);
  }
  return ok(webhooks);
}

const unusable = (detail: string) => refuse<AccessRefusal>({ reason: 'not_configured', setting: 'CALLBACK_SECRET', detail });

function webhookOf(secret: string): Webhook | null {
  if (!secret.startsWith('whsec_')) return null;
  try {
    return new Webhook(secret);
  } catch {
    // The error's own message may quote the secret.
    return null;
  }
}

/** Null where the body is signed with one of the secrets, and now. */
export function signatureProblem(headers: Headers, bytes: Uint8Array, secrets: readonly Webhook[], now: number): InvalidSignature | null {
  const id = headers.get('webhook-id');
  const timestamp = headers.get('webhook-timestamp');
  const signature = headers.get('webhook-signature');
  if (!id || !timestamp || !signature) return invalid('missing');
  if (!/^\d{1,12}$/.test(timestamp)) return invalid('wrong');
  if (Math.abs(Math.floor(now / 1_000) - Number(timestamp)) > WINDOW_SECONDS) return invalid('outside_window');
  const payload = textOf(bytes);
  if (payload === null) return invalid('wrong');
  const signed = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
  // All are tried, so the time taken does not tell which one fits.
  const fits = secrets.map((secret) => isSignedWith(secret, payload, signed));
  return fits.includes(true) ? null : invalid('wrong');
}

const invalid = (problem: InvalidSignature['problem']): InvalidSignature => ({ reason: 'invalid_signature', problem });

function isSignedWith(secret: Webhook, payload: string, headers: Record<string, string>): boolean {
  try {
    secret.verify(payload, headers, { jsonParse: false });
    return true;
  } catch {
    // All that it throws says no.
    return false;
  }
}

/** Byte for byte: a byte order mark was signed as well. Null where there is no such text, so nobody can have signed it as one. */
function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
