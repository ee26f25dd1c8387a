/**
 * A process of its own: the services, in one HTTP server that answers at once, once for each key, and keeps books in memory. It tells when an
 * order's last call has come in, by the machine's clock.
 */

import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { nowMs } from './clock.ts';
import type { Effect } from './ledger.ts';
import { isDeclined, isStuck } from './order.ts';
import type { FromParticipants } from './processes.ts';

const body = z.looseObject({ order_id: z.string() });

/** The names of the ids that a service gives. */
const GIVES: Readonly<Record<string, string>> = {
  '/reservations': 'reservation_id',
  '/charges': 'payment_id',
  '/shipments': 'shipment_id',
  '/notifications': 'notification_id',
};

const books = new Map<string, Effect>();
/** How many calls of an order's last step have come in. */
const lastCalls = new Map<string, number>();
let given = 0;

const tell = (message: FromParticipants): void => void process.send?.(message);

function note(path: string, order: string, at: number): void {
  const isLast = isDeclined(order) ? path === '/reservations/release' : path === '/notifications';
  if (!isLast) return;
  const calls = (lastCalls.get(order) ?? 0) + 1;
  lastCalls.set(order, calls);
  if (calls === (isDeclined(order) ? 1 : 2)) tell({ type: 'done', order, at });
}

/** Null where the service does as it is asked. */
function refusal(path: string, order: string): number | null {
  if (path === '/charges' && isDeclined(order)) return 402;
  return path === '/reservations/release' && isStuck(order) ? 409 : null;
}

function answerTo({ path, gave, status, body: { amount } }: Effect): object {
  if (status === 402) return { code: 'card_declined', message: 'The card was declined' };
  if (status === 409) return { code: 'stock_locked', message: 'The stock is being counted' };
  if (path === '/availability') return { available: true };
  if (path === '/charges') return { payment_id: gave, amount };
  if (path === '/shipments') return { shipment_id: gave, tracking_number: `T-${gave}` };
  const name = GIVES[path];
  return name === undefined ? { undone: true } : { [name]: gave };
}

async function take(request: IncomingMessage): Promise<Effect> {
  const at = nowMs();
  const path = request.url ?? '/';
  const key = String(request.headers['idempotency-key']);
  const parsed = body.parse(JSON.parse(await text(request)));
  const known = books.get(key);
  if (known) return known;
  const status = refusal(path, parsed.order_id) ?? (path in GIVES ? 201 : 200);
  const effect: Effect = { path, key, body: parsed, status, gave: `g${(given += 1)}` };
  books.set(key, effect);
  note(path, parsed.order_id, at);
  return effect;
}

const server = createServer((request, response) => {
  take(request).then(
    (effect) => response.writeHead(effect.status, { 'content-type': 'application/json' }).end(JSON.stringify(answerTo(effect))),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
// Longer than any pause of a run: a connection that ends just as it is used again would count as trouble.
server.keepAliveTimeout = 3_600_000;

process.on('message', () => {
  tell({ type: 'books', effects: [...books.values()] });
  books.clear();
  lastCalls.clear();
});
process.once('disconnect', () => process.exit());

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`The services listen at ${address}, which is no port`);
  tell({ type: 'ready', url: `http://127.0.0.1:${address.port}` });
});
