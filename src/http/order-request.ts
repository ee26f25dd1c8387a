/**
 * The request that starts an order: from JSON to an order that every saga can rely on. Money is exact or refused, and unknown fields are
 * refused, since a misspelt optional field would otherwise be lost in silence. Whether the saga exists is not known here.
 */

import { z } from 'zod';
import { isCurrency, parseMoney, sumMinor, formatMoney, type MoneyRefusal } from '../saga/money.ts';
import type { Order, OrderItem } from '../saga/order.ts';
import { ok, refuse, type Result } from '../saga/result.ts';
import { bodyError, quote, type FieldError, type FieldPath } from './field-error.ts';
import type { InvalidRequest } from './refusal.ts';
import { invalidBody, mustBe, parseBody, strictObject, text } from './request-schema.ts';

export const ORDER_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** An order but for who it belongs to and how it is called. */
type OrderContent = Omit<Order, 'tenant' | 'orderId'>;

export interface OrderRequest {
  readonly content: OrderContent;
  readonly saga: string;
  /** Null where the client leaves the name to us. */
  readonly orderId: string | null;
}

const orderIdError = mustBe('1 to 64 of [A-Za-z0-9_-]');
const currencyError = mustBe('an ISO 4217 code in capital letters');
const quantityError = mustBe('an integer from 1 to 9999999');
const itemsError = ({ input }: { readonly input?: unknown }): string =>
  Array.isArray(input) ? `must hold 1 to 100 items, got ${input.length}` : mustBe('an array of 1 to 100 items')({ input });

const Amount = z.union([z.string(), z.number()], { error: mustBe('a decimal string, like "19.99"') });

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

const StartRequest = strictObject({
  order_id: z.string({ error: orderIdError }).regex(ORDER_ID, { error: orderIdError }).optional(),
  saga: text(64).default('order_fulfillment'),
  customer_id: text(128),
  currency: z.string({ error: currencyError }).refine(isCurrency, { error: currencyError }).default('USD'),
  payment_method: text(64).default('credit_card'),
  items: z.array(Item, { error: itemsError }).min(1, { error: itemsError }).max(100, { error: itemsError }),
  shipping_address: Address,
  total: Amount.optional(),
});

type StartBody = z.infer<typeof StartRequest>;

/** Reads a start request that has been parsed from JSON. */
export function parseOrderRequest(body: unknown): Result<OrderRequest, InvalidRequest> {
  const parsed = parseBody(StartRequest, body);
  if (!parsed.ok) return parsed;
  const priced = pricedItems(parsed.value);
  if (!priced.ok) return priced;
  const total = agreedTotal(parsed.value, priced.value);
  if (!total.ok) return total;
  const { saga, order_id: orderId = null, shipping_address: address, ...rest } = parsed.value;
  const content: OrderContent = {
    customerId: rest.customer_id,
    currency: rest.currency,
    paymentMethod: rest.payment_method,
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

function pricedItems({ items, currency }: StartBody): Result<readonly OrderItem[], InvalidRequest> {
  const errors: FieldError[] = [];
  const priced: OrderItem[] = [];
  for (const [index, { sku, name, quantity, unit_price }] of items.entries()) {
    const price = parseMoney(unit_price, currency);
    if (price.ok) priced.push({ sku, name, quantity, unitPriceMinor: price.value });
    else errors.push(moneyError(['items', index, 'unit_price'], price.refusal, currency));
  }
  return errors.length > 0 ? refuse(invalidBody(errors)) : ok(priced);
}

/** The exact sum of the items. A total that the client gives is only ever compared with it. */
function agreedTotal({ total, currency }: StartBody, items: readonly OrderItem[]): Result<number, InvalidRequest> {
  const sum = sumMinor(items);
  if (sum === null) {
    const most = formatMoney(Number.MAX_SAFE_INTEGER, currency);
    return refuse(invalidBody([bodyError(['total'], `must be at most ${most} ${currency}, and the sum of the items is more`)]));
  }
  if (total === undefined) return ok(sum);
  const given = parseMoney(total, currency);
  if (!given.ok) return refuse(invalidBody([moneyError(['total'], given.refusal, currency)]));
  if (given.value === sum) return ok(sum);
  const detail = `must be the sum of the items, ${formatMoney(sum, currency)}, got ${quote(total)}`;
  return refuse(invalidBody([bodyError(['total'], detail)]));
}

function moneyError(path: FieldPath, refusal: MoneyRefusal, currency: string): FieldError {
  const got = quote(refusal.got);
  switch (refusal.reason) {
    case 'not_a_decimal':
      return bodyError(path, `must be a decimal of zero or more, like "19.99", got ${got}`);
    case 'too_many_decimals':
      return bodyError(path, `must have at most ${refusal.digits} decimals in ${currency}, got ${got}`);
    case 'too_large':
      return bodyError(path, `must be at most ${formatMoney(Number.MAX_SAFE_INTEGER, currency)} ${currency}, got ${got}`);
    case 'inexact_number':
      return bodyError(path, `must be a string when it has more than 15 digits, got the number ${refusal.got}`);
    default:
      return refusal satisfies never;
  }
}
