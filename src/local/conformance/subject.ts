/** What is tested: a service's do and its undo, what they are sent, and what it means for an order when they go wrong. */

import type { Json, Output, Reading } from '../../saga/definition.ts';
import { anything, fields, isRecord } from '../../saga/read-answer.ts';

export type Fields = Readonly<Record<string, Json>>;

/** Sentences. */
export interface Harm {
  readonly doneTwice: string;
  /** It was done, and an undo does not take it back. */
  readonly staysDone: string;
  readonly undoneTwice: string;
  readonly doneLate: string;
}

export interface Subject {
  /** As `PARTICIPANTS` names it. */
  readonly name: string;
  readonly step: string;
  readonly path: string;
  readonly body: (orderId: string) => Fields;
  /** What its answer is known by from one time to the next. */
  readonly read: (body: unknown) => Reading;
  readonly isAcceptedDone: boolean;
  readonly undo: {
    readonly path: string;
    readonly body: (orderId: string, output: Output | null, names: readonly string[]) => Fields;
  } | null;
  readonly harm: Harm;
}

const REASON = 'conformance';
const MONEY = { amount: '12.34', currency: 'USD' };
const ITEM = { sku: 'CONFORMANCE-1', quantity: 1 };
const ADDRESS = { street: '1 Main Street', city: 'Springfield', state: 'OR', postal_code: '97477', country: 'US' };

const PAYMENT: Subject = {
  name: 'payment',
  step: 'process_payment',
  path: '/charges',
  body: (order_id) => ({ order_id, customer_id: 'conformance', ...MONEY, payment_method: 'credit_card' }),
  read: fields('payment_id'),
  isAcceptedDone: false,
  undo: {
    path: '/refunds',
    body: (order_id, output) => ({ order_id, payment_id: output?.['payment_id'] ?? null, ...MONEY, reason: REASON }),
  },
  harm: {
    doneTwice: 'A customer is charged twice for one order',
    staysDone: 'A customer has paid for an order that was rolled back, and does not get the money back',
    undoneTwice: 'A customer gets the money back twice',
    doneLate: 'A customer is charged for an order that is over',
  },
};

const INVENTORY: Subject = {
  name: 'inventory',
  step: 'reserve_inventory',
  path: '/reservations',
  body: (order_id) => ({ order_id, items: [ITEM], expires_in_minutes: 30 }),
  read: fields('reservation_id'),
  isAcceptedDone: false,
  undo: {
    path: '/reservations/release',
    body: (order_id, output) => ({ order_id, reservation_id: output?.['reservation_id'] ?? null, reason: REASON }),
  },
  harm: {
    doneTwice: 'Goods are reserved twice for one order, and nobody else can buy them',
    staysDone: 'Goods stay reserved for an order that was rolled back',
    undoneTwice: 'Goods are given back twice, and more are sold than there are',
    doneLate: 'Goods are reserved for an order that is over',
  },
};

const SHIPPING: Subject = {
  name: 'shipping',
  step: 'create_shipment',
  path: '/shipments',
  body: (order_id) => ({ order_id, address: ADDRESS, items: [{ ...ITEM, name: 'Conformance' }] }),
  read: fields('shipment_id', 'tracking_number'),
  isAcceptedDone: false,
  undo: {
    path: '/shipments/cancel',
    body: (order_id, output) => ({ order_id, shipment_id: output?.['shipment_id'] ?? null, reason: REASON }),
  },
  harm: {
    doneTwice: 'Two parcels go out for one order',
    staysDone: 'A parcel goes out for an order that was rolled back',
    undoneTwice: 'A shipment is cancelled twice, and whatever is booked for that is booked twice',
    doneLate: 'A parcel goes out for an order that is over',
  },
};

const NOTIFICATION: Subject = {
  name: 'notification',
  step: 'send_confirmation',
  path: '/notifications',
  body: (order_id) => ({ order_id, user_id: 'conformance', channel: 'email', template: 'order_confirmed', data: { order_id } }),
  read: anything,
  isAcceptedDone: true,
  undo: null,
  harm: {
    doneTwice: 'A customer gets the same message twice',
    staysDone: 'Messages can’t be taken back',
    undoneTwice: 'A customer is told twice that the order is cancelled',
    doneLate: 'A customer gets the confirmation of an order that is over',
  },
};

export const SUBJECTS: readonly Subject[] = [INVENTORY, PAYMENT, SHIPPING, NOTIFICATION];

export interface OwnPaths {
  readonly name: string;
  readonly path: string;
  readonly undoPath: string | null;
}

/** A service of one's own: its answers are known by the fields that are called `id` or end with `_id`, else by all that are text. */
export const ownSubject = ({ name, path, undoPath }: OwnPaths): Subject => ({
  name,
  step: 'conformance',
  path,
  body: (order_id) => ({ order_id }),
  read: (body) => ({ type: 'succeeded', output: identifiers(body) }),
  isAcceptedDone: false,
  undo: undoPath === null ? null : { path: undoPath, body: withIds },
  harm: {
    doneTwice: 'It is done twice for one order',
    staysDone: 'It stays done for an order that was rolled back',
    undoneTwice: 'It is undone twice',
    doneLate: 'It is done for an order that is over',
  },
});

const withIds = (order_id: string, output: Output | null, names: readonly string[]): Fields => ({
  order_id,
  ...Object.fromEntries(names.map((name) => [name, output?.[name] ?? null])),
});

function identifiers(body: unknown): Output {
  const texts = isRecord(body) ? Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string') : [];
  const ids = texts.filter(([name]) => /(^|_)id$/.test(name));
  return Object.fromEntries(ids.length > 0 ? ids : texts);
}

/** With what the person says beside it, or instead. `{order_id}` in it stands for the order's id. */
export const withBodies = (subject: Subject, more: Fields, moreOfUndo: Fields): Subject => ({
  ...subject,
  body: (orderId) => ({ ...subject.body(orderId), ...filled(more, orderId) }),
  undo: subject.undo && {
    path: subject.undo.path,
    body: (orderId, output, names) => ({ ...subject.undo?.body(orderId, output, names), ...filled(moreOfUndo, orderId) }),
  },
});

function filled<Value extends Json>(value: Value, orderId: string): Value;
function filled(value: Json, orderId: string): Json {
  if (typeof value === 'string') return value.replaceAll('{order_id}', orderId);
  if (Array.isArray(value)) return value.map((item: Json) => filled(item, orderId));
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, filled(item, orderId)]))
    : value;
}
