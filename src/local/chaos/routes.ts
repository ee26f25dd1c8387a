/** Every call that an order can make, forward and back. */

import type { ParticipantName } from '../../saga/definition.ts';

export interface Call {
  readonly name: string;
  readonly step: string;
  readonly operation: 'do' | 'undo';
  readonly service: ParticipantName;
  readonly route: string;
  /** Of one attempt, before scaling. */
  readonly timeoutSeconds: number;
}

const NOTIFICATIONS = { step: 'send_confirmation', service: 'notification', route: '/notifications', timeoutSeconds: 15 } as const;
const RESERVE = { step: 'reserve_inventory', service: 'inventory', timeoutSeconds: 30 } as const;
const CHARGE = { step: 'process_payment', service: 'payment', timeoutSeconds: 60 } as const;
const SHIP = { step: 'create_shipment', service: 'shipping', timeoutSeconds: 30 } as const;

export const availability: Call = {
  name: 'availability',
  step: 'validate_order',
  operation: 'do',
  service: 'inventory',
  route: '/availability',
  timeoutSeconds: 30,
};
export const reservation: Call = { ...RESERVE, name: 'reservation', operation: 'do', route: '/reservations' };
export const charge: Call = { ...CHARGE, name: 'charge', operation: 'do', route: '/charges' };
export const shipment: Call = { ...SHIP, name: 'shipment', operation: 'do', route: '/shipments' };
export const confirmation: Call = { ...NOTIFICATIONS, name: 'confirmation', operation: 'do' };

export const cancellation: Call = { ...NOTIFICATIONS, name: 'cancellation message', operation: 'undo' };
export const shipmentCancel: Call = { ...SHIP, name: 'shipment cancelled', operation: 'undo', route: '/shipments/cancel' };
export const shipmentReturn: Call = { ...SHIP, name: 'shipment returned', operation: 'undo', route: '/shipments/return' };
export const refund: Call = { ...CHARGE, name: 'refund', operation: 'undo', route: '/refunds' };
export const release: Call = { ...RESERVE, name: 'release', operation: 'undo', route: '/reservations/release' };

export const FORWARD = [availability, reservation, charge, shipment, confirmation] as const satisfies readonly Call[];

/** As `refund` and the others are named by the probe's faults. */
export const PROBE_ROUTE = 'GET /operations';
