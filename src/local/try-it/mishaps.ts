/** What can be made to go wrong with one click: the switches of the simulated services that tell most of how orders come through trouble. */

import type { Fault, StandingFault } from '../../participants/simulated/faults.ts';
import type { ParticipantName } from '../../saga/definition.ts';

export interface Mishap {
  readonly id: string;
  readonly service: ParticipantName;
  readonly route: string;
  readonly fault: Fault;
  /** After the service's name. */
  readonly words: string;
}

const refuse = (code: string, message: string): Fault => ({ kind: 'refuse', status: 422, code, message });

export const MISHAPS: readonly Mishap[] = [
  {
    id: 'out-of-stock',
    service: 'inventory',
    route: '/reservations',
    fault: refuse('out_of_stock', 'Nothing is left'),
    words: 'has nothing left',
  },
  {
    id: 'inventory-down',
    service: 'inventory',
    route: '/reservations',
    fault: { kind: 'fail', status: 503 },
    words: 'is down',
  },
  {
    id: 'card-declined',
    service: 'payment',
    route: '/charges',
    fault: refuse('card_declined', 'Insufficient funds'),
    words: 'declines every card',
  },
  {
    id: 'payment-down',
    service: 'payment',
    route: '/charges',
    fault: { kind: 'fail', status: 503 },
    words: 'is down',
  },
  {
    id: 'charge-unheard',
    service: 'payment',
    route: '/charges',
    fault: { kind: 'lose_answer' },
    words: 'takes the money, and its answer is lost',
  },
  {
    id: 'refund-turned-away',
    service: 'payment',
    route: '/refunds',
    fault: { kind: 'fail', status: 401 },
    words: 'turns refunds away: our credentials have run out',
  },
  {
    id: 'refund-refused',
    service: 'payment',
    route: '/refunds',
    fault: refuse('card_closed', 'The card has been closed'),
    words: 'refuses refunds: the card is closed',
  },
  {
    id: 'address-refused',
    service: 'shipping',
    route: '/shipments',
    fault: refuse('address_not_served', 'We do not deliver there'),
    words: 'refuses the address',
  },
  {
    id: 'shipping-later',
    service: 'shipping',
    route: '/shipments',
    fault: { kind: 'accept', delay_ms: 20_000, outcome: 'succeeded', code: 'refused', message: 'Refused after it was accepted' },
    words: 'says yes, and does it 20 seconds later',
  },
  {
    id: 'shipping-down',
    service: 'shipping',
    route: '/shipments',
    fault: { kind: 'fail', status: 503 },
    words: 'is down',
  },
  {
    id: 'notification-down',
    service: 'notification',
    route: '/notifications',
    fault: { kind: 'fail', status: 503 },
    words: 'is down',
  },
];

export const mishapNamed = (id: unknown): Mishap | undefined => MISHAPS.find((mishap) => mishap.id === id);

/** For all orders. */
export const isOn = ({ service, route, fault }: Mishap, standing: readonly StandingFault[]): boolean =>
  standing.some(
    (one) => one.service === service && one.route === route && one.order_id === null && JSON.stringify(one.fault) === JSON.stringify(fault),
  );
