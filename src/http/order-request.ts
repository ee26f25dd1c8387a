/**
 * The request that starts an order: from JSON to an order that every saga can rely on. Money is exact or refused, and unknown fields are
 * refused, since a misspelt optional field would otherwise be lost in silence. Whether the saga exists is not known here.
 */

import * as z from 'zod';
import { isCurrency, parseMoney, sumMinor, formatMoney, type MoneyRefusal } from '../saga/money.ts';
import type { Order, OrderItem } from '../saga/order.ts';
import { holdsCardNumber } from '../saga/redacted.ts';
import { ok, refuse, type Result } from '../saga/result.ts';
import { quote, type FieldPath } from './field-error.ts';
import type { InvalidRequest } from './refusal.ts';
import { mustBe, parseBody, strictObject, text } from './request-schema.ts';

export const ORDER_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** An order but for who it belongs to and how it is called. */
type OrderContent = Omit<Order, 'tenant' | 'orderId'>;

export interface OrderRequest {
  readonly content: OrderContent;
  readonly saga: string;
  /** Null where the client leaves the name to us. */
  readonly orderId: string | null;
}

export const CustomerId = text(128);

const orderIdError = mustBe('1 to 64 of [A-Za-z0-9_-]');
const currencyError = mustBe('an ISO 4217 code in capital letters');
const quantityError = mustBe('an integer from 1 to 9999999');
const itemsError = ({ input }: { readonly input?: unknown }): string =>
  Array.isArray(input) ? `must hold 1 to 100 items, got ${input.length}` : mustBe('an array of 1 to 100 items')({ input });

const Amount = z.union([z.string(), z.number()], { error: mustBe('a decimal string, like "19.99"') }).meta({
  description: 'A decimal string; a number is taken where its shortest decimal form is exact in the currency',
  examples: ['1299.99'],
});

const Item = strictObject({
  sku: text(64),
  name: text(200),
  quantity: z.int({ error: quantityError }).min(1, { error: quantityError }).max(9_999_999, { error: quantityError }),
  unit_price: Amount,
});

const Address = strictObject({
  street: text(200),
  city: text(200),
  state: text(200, { mayBeEmpty: true }),
  postal_code: text(200, { mayBeEmpty: true }),
  country: text(200),
});

const StartBody = strictObject({
  order_id: z
    .string({ error: orderIdError })
    .regex(ORDER_ID, { error: orderIdError })
    .optional()
    .meta({ description: 'The client’s own name for it' }),
  saga: text(64).default('order_fulfillment'),
  customer_id: CustomerId,
  currency: z
    .string({ error: currencyError })
    .refine(isCurrency, { error: currencyError })
    .default('USD')
    .meta({ description: 'ISO 4217', examples: ['USD'] }),
  payment_method: text(64)
    .refine((method) => !holdsCardNumber(method), { error: 'must name a way to pay, and holds a card number' })
    .default('credit_card'),
  items: z.array(Item, { error: itemsError }).min(1, { error: itemsError }).max(100, { error: itemsError }),
  shipping_address: Address,
  total: Amount.optional().meta({ description: 'Where it is given it must be the sum of the items' }),
});

type StartBody = z.infer<typeof StartBody>;

/** The whole of a start request: what it gives is priced. */
export const StartRequest = StartBody.transform((body, context): OrderRequest => {
  const priced = pricedOrder(body);
  if (priced.ok) return priced.value;
  for (const { path, detail } of priced.refusal) context.addIssue({ code: 'custom', path: [...path], message: detail });
  return z.NEVER;
}).meta({ id: 'StartRequest', description: 'An order to start. Unknown fields are refused' });

/** Reads a start request that has been parsed from JSON. */
export const parseOrderRequest = (body: unknown): Result<OrderRequest, InvalidRequest> => parseBody(StartRequest, body);

/** What is wrong with one field that is of the right form. */
interface Mispriced {
  readonly path: FieldPath;
  readonly detail: string;
}

function pricedOrder(body: StartBody): Result<OrderRequest, readonly Mispriced[]> {
  const priced = pricedItems(body);
  if (!priced.ok) return priced;
  const total = agreedTotal(body, priced.value);
  if (!total.ok) return refuse([total.refusal]);
  const { saga, order_id: orderId = null, shipping_address: address } = body;
  const content: OrderContent = {
    customerId: body.customer_id,
    currency: body.currency,
    paymentMethod: body.payment_method,
    items: priced.value,
    shippingAddress: {
      street: address.street,
      city: address.city,
      state: address.state,
      postalCode: address.postal_code,
      country: address.country,
    },
    totalMinor: total.value,
  };
  return ok({ content, saga, orderId });
}

function pricedItems({ items, currency }: StartBody): Result<readonly OrderItem[], readonly Mispriced[]> {
  const errors: Mispriced[] = [];
  const priced: OrderItem[] = [];
  for (const [index, { sku, name, quantity, unit_price }] of items.entries()) {
    const price = parseMoney(unit_price, currency);
    if (price.ok) priced.push({ sku, name, quantity, unitPriceMinor: price.value });
    else errors.push(moneyError(['items', index, 'unit_price'], price.refusal, currency));
  }
  return errors.length > 0 ? refuse(errors) : ok(priced);
}

/** The exact sum of the items. A total that the client gives is only ever compared with it. */
function agreedTotal({ total, currency }: StartBody, items: readonly OrderItem[]): Result<number, Mispriced> {
  const sum = sumMinor(items);
  if (sum === null) {
    const most = formatMoney(Number.MAX_SAFE_INTEGER, currency);
    return refuse({ path: ['total'], detail: `must be at most ${most} ${currency}, and the sum of the items is more` });
  }
  if (total === undefined) return ok(sum);
  const given = parseMoney(total, currency);
  if (!given.ok) return refuse(moneyError(['total'], given.refusal, currency));
  if (given.value === sum) return ok(sum);
  return refuse({ path: ['total'], detail: `must be the sum of the items, ${formatMoney(sum, currency)}, got ${quote(total)}` });
}

function moneyError(path: FieldPath, refusal: MoneyRefusal, currency: string): Mispriced {
  const got = quote(refusal.got);
  switch (refusal.reason) {
    case 'not_a_decimal':
      return { path, detail: `must be a decimal of zero or more, like "19.99", got ${got}` };
    case 'too_many_decimals':
      return { path, detail: `must have at most ${refusal.digits} decimals in ${currency}, got ${got}` };
    case 'too_large':
      return { path, detail: `must be at most ${formatMoney(Number.MAX_SAFE_INTEGER, currency)} ${currency}, got ${got}` };
    case 'inexact_number':
      return { path, detail: `must be a string when it has more than 15 digits, got the number ${refusal.got}` };
    default:
      return refusal satisfies never;
  }
}
