/**
 * `npm run costs`: what a million orders cost on Cloudflare's paid plan beyond what it includes, item by item. Rows, requests and messages are
 * those that tests hold (rows, bill, apply); what can't be measured without an account is marked as assumed.
 */

interface Item {
  readonly name: string;
  readonly each: number;
  /** Dollars for a million. */
  readonly price: number;
}

/** Looked up in November 2026: developers.cloudflare.com, the pricing pages of Workers, Durable Objects, Queues, D1 and Workflows. */
const PRICES = { request: 0.3, cpuMs: 0.02, objectRequest: 0.15, gbSecond: 12.5, row: 1, queueOperation: 0.4, step: 8 } as const;

/** A message of up to 64 KB is written, read and deleted. */
const OPERATIONS_PER_MESSAGE = 3;
const OBJECT_GB = 0.128;

/** Of every order, however it ends. */
const READ_MODEL_ROWS = 6;

interface Measured {
  readonly rows: number;
  readonly objectRequests: number;
  readonly messages: number;
}

const WELL: Measured = { rows: 9, objectRequests: 2, messages: 1 };
const DECLINED: Measured = { rows: 8, objectRequests: 3, messages: 2 };

/** `seconds`: how long it waits for its services, during which its object is in memory. */
const ASSUMED = { seconds: 1, cpuMs: 10 } as const;

const backstitch = ({ rows, objectRequests, messages }: Measured): readonly Item[] => [
  { name: 'Workers requests: the order, its batches (assumed)', each: 1 + messages, price: PRICES.request },
  { name: 'Workers CPU, ms (assumed)', each: ASSUMED.cpuMs, price: PRICES.cpuMs },
  { name: 'requests of the object', each: objectRequests, price: PRICES.objectRequest },
  { name: 'its duration, GB-s (assumed: a second)', each: ASSUMED.seconds * OBJECT_GB, price: PRICES.gbSecond },
  { name: 'rows it writes, alarms among them', each: rows, price: PRICES.row },
  { name: 'queue operations', each: messages * OPERATIONS_PER_MESSAGE, price: PRICES.queueOperation },
  { name: 'rows of the read model', each: READ_MODEL_ROWS, price: PRICES.row },
];

/** A step for each call, and one for each undo; no read model, no events, no review. */
const workflows = (steps: number): readonly Item[] => [
  { name: 'requests: the order, the instance', each: 2, price: PRICES.request },
  { name: 'CPU, ms (assumed)', each: ASSUMED.cpuMs, price: PRICES.cpuMs },
  { name: 'steps', each: steps, price: PRICES.step },
];

function print(title: string, items: readonly Item[]): void {
  console.log(`\n${title}`);
  for (const { name, each, price } of items) {
    console.log(
      `  ${name.padEnd(52)} ${String(each).padStart(6)}  x $${price.toFixed(2).padStart(5)}  = $${(each * price).toFixed(2).padStart(6)}`,
    );
  }
  const total = items.reduce((sum, { each, price }) => sum + each * price, 0);
  console.log(`  ${'a million orders'.padEnd(52)} ${' '.repeat(17)}= $${total.toFixed(2).padStart(6)}`);
}

print('Backstitch, all goes well', backstitch(WELL));
print('Workflows, all goes well: five steps', workflows(5));
print('Backstitch, the card is declined', backstitch(DECLINED));
print('Workflows, the card is declined: three steps and an undo', workflows(4));
