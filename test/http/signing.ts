/** Calls signed as a participant or a carrier would sign them. */

import { Webhook } from 'standardwebhooks';

export const secretOf = (text: string): string => `whsec_${btoa(text)}`;

export const SECRET = secretOf('a callback secret of the tests');

interface Signing {
  readonly secret?: string;
  readonly at?: number;
  readonly id?: string;
}

/** The headers that go with this body. */
export function signedHeaders(
  body: string,
  { secret = SECRET, at = Date.now(), id = 'msg_1' }: Signing = {},
): Readonly<Record<string, string>> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at / 1_000)),
    'webhook-signature': new Webhook(secret).sign(id, new Date(at), body),
  };
}
