/** The order that every contestant is given, and which of them have a card that is declined: every tenth, as its id says. */

export interface OrderRequest {
  readonly order_id: string;
  readonly customer_id: string;
  readonly currency: string;
  readonly payment_method: string;
  readonly items: readonly Item[];
  readonly shipping_address: Readonly<Record<'street' | 'city' | 'state' | 'postal_code' | 'country', string>>;
  readonly total: string;
}

export interface Item {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly unit_price: string;
}

const DECLINED = '-declined';

/** Its card is declined, and nobody takes its stock back: it comes to a person. */
const STUCK = '-stuck';

export type Fates = 'mixed' | 'good' | 'declined';

export function orderId(round: string, nth: number, fates: Fates): string {
  const declined = fates === 'declined' || (fates === 'mixed' && nth % 10 === 6);
  return `${round}-${nth}${declined ? DECLINED : ''}`;
}

export const isDeclined = (id: string): boolean => id.endsWith(DECLINED) || isStuck(id);

export const stuckOrderId = (nth: number): string => `${nth}${STUCK}`;

export const isStuck = (id: string): boolean => id.endsWith(STUCK);

/** Each item costs 10. */
const itemsOf = (count: number): readonly Item[] =>
  Array.from({ length: count }, (_, nth) => ({ sku: `SKU-${nth}`, name: `Thing number ${nth}`, quantity: 1, unit_price: '10.00' }));

export const totalOf = (items: number): string => `${items * 10}.00`;

export const orderRequest = (id: string, items: number): OrderRequest => ({
  order_id: id,
  customer_id: 'c-4711',
  currency: 'USD',
  payment_method: 'credit_card',
  items: itemsOf(items),
  shipping_address: { street: '123 Main St', city: 'Anytown', state: 'CA', postal_code: '12345', country: 'US' },
  total: totalOf(items),
});
