/** Parts of the participant API's bodies that several steps send. */

import { formatMoney } from '../saga/money.ts';
import type { Order } from '../saga/order.ts';

export const money = (order: Order) => ({ amount: formatMoney(order.totalMinor, order.currency), currency: order.currency });

export const quantities = (order: Order) => order.items.map(({ sku, quantity }) => ({ sku, quantity }));

export const quantitiesWithNames = (order: Order) => order.items.map(({ sku, quantity, name }) => ({ sku, quantity, name }));

export const shipmentAddress = ({ shippingAddress: { postalCode, ...rest } }: Order) => ({ ...rest, postal_code: postalCode });
