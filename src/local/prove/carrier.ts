/** What a carrier may report, in any order and again: also of a parcel that is not meant to be any more. */

import type { Configuration } from './configuration.ts';
import type { Move } from './moves.ts';
import type { Node } from './node.ts';

const STAGES = ['shipped', 'delivered', 'returned'] as const;

export function reports({ carrier }: Configuration, { now }: Node, moves: Move[]): void {
  if (!carrier) return;
  for (const report of STAGES)
    moves.push({ by: 'carrier', command: { type: 'report_shipment', report, trackingNumber: null, occurredAt: now } });
}
