/**
 * Whether a call comes from the coordinator: Standard Webhooks, with `PARTICIPANT_SECRET`. The signature covers the body and, as the
 * message's id, the key of an operation; it covers neither path nor the other headers.
 */

import { Webhook } from 'standardwebhooks';

/** Throws where the secret is none (`whsec_` and base64). */
export function isSigned(secret: string, headers: Headers, body: string): boolean {
  const webhook = new Webhook(secret);
  const [id, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => headers.get(name));
  if (!id || !timestamp || !signature) return false;
  const key = headers.get('idempotency-key');
  if (key !== null && key !== id) return false;
  try {
    webhook.verify(body, { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature }, { jsonParse: false });
    return true;
  } catch {
    // All that it throws says no.
    return false;
  }
}
