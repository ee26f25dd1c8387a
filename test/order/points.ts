/** Every call that an order can make, forward and back. */

import type { ParticipantName } from '../../src/saga/definition.ts';

export interface Point {
  readonly step: string;
  readonly service: ParticipantName;
  readonly route: string;
}

export const CALLS: readonly Point[] = [
  { step: 'validate_order', service: 'inventory', route: '/availability' },
  { step: 'reserve_inventory', service: 'inventory', route: '/reservations' },
  { step: 'process_payment', service: 'payment', route: '/charges' },
  { step: 'create_shipment', service: 'shipping', route: '/shipments' },
  { step: 'send_confirmation', service: 'notification', route: '/notifications' },
];

/** In the order in which they are made. */
export const UNDOS: readonly Point[] = [
  { step: 'create_shipment', service: 'shipping', route: '/shipments/cancel' },
  { step: 'process_payment', service: 'payment', route: '/refunds' },
  { step: 'reserve_inventory', service: 'inventory', route: '/reservations/release' },
];
