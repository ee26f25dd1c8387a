/** The three that run beside each other: where each one's Worker is, and how it is asked for an order. */

import { fileURLToPath } from 'node:url';

export type Name = 'backstitch' | 'workflows' | 'floor';

export interface Contestant {
  readonly name: Name;
  readonly title: string;
  /** Its wrangler configuration. */
  readonly config: string;
  readonly vars: (participants: string) => Readonly<Record<string, string>>;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Until its last timer of an order has fired, so that all its work is counted. */
  readonly settlesInMs: number;
}

const TOKEN = 'bench-client';
export const OPERATOR = 'bench-operator';

const JSON_BODY = { 'content-type': 'application/json' };

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export const BACKSTITCH: Contestant = {
  name: 'backstitch',
  title: 'Backstitch',
  config: at('../../../wrangler.toml'),
  vars: (url) => ({
    INVENTORY_URL: url,
    PAYMENT_URL: url,
    SHIPPING_URL: url,
    NOTIFICATION_URL: url,
    API_TOKENS: JSON.stringify([
      { token: TOKEN, role: 'client', tenant: 'bench' },
      { token: OPERATOR, role: 'operator' },
    ]),
  }),
  path: '/api/v1/orders',
  headers: { ...JSON_BODY, authorization: `Bearer ${TOKEN}` },
  // The alarm that stands behind an order, and the batch of the read model.
  settlesInMs: 5_500,
};

export const CONTESTANTS: readonly Contestant[] = [
  BACKSTITCH,
  {
    name: 'workflows',
    title: 'Workflows',
    config: at('workers/workflow/wrangler.toml'),
    vars: (url) => ({ PARTICIPANTS_URL: url }),
    path: '/',
    headers: JSON_BODY,
    settlesInMs: 1_000,
  },
  {
    name: 'floor',
    title: 'The floor',
    config: at('workers/floor/wrangler.toml'),
    vars: (url) => ({ PARTICIPANTS_URL: url }),
    path: '/',
    headers: JSON_BODY,
    settlesInMs: 1_000,
  },
];
