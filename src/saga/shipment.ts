/**
 * What a carrier reports of the parcel. The natural order decides, not the times, which are of many clocks: a report that is older than what
 * is known, or the same again, changes nothing.
 */

import type { Refusal, ReportShipment } from './command.ts';
import type { SagaDefinition } from './definition.ts';
import type { SagaEvent, ShipmentStage } from './event.ts';
import { knownOutputOf } from './progress.ts';
import { ok, refuse, type Result } from './result.ts';
import type { SagaState } from './state.ts';
import { orderStatus } from './status.ts';

const RANK: Readonly<Record<ShipmentStage, number>> = { shipped: 1, delivered: 2, returned: 3 };

/**
 * A carrier may be faster than the confirmation: where the order is known to have a shipment the report is remembered, and shows once the
 * order is completed. On an order that has turned back it is noted: its status stays.
 */
export function reportShipment(
  definition: SagaDefinition,
  state: SagaState,
  { report, trackingNumber, occurredAt }: ReportShipment,
): Result<readonly SagaEvent[], Refusal> {
  const known = trackingNumberOf(definition, state);
  if (trackingNumber !== null && known !== null && trackingNumber !== known) return refuse({ reason: 'wrong_tracking_number' });
  const mayHaveParcel =
    state.cause !== null || state.formerEnding === 'completed' || outputNamed(definition, state, 'shipment_id') !== null;
  if (!mayHaveParcel) return refuse({ reason: 'not_completed', status: orderStatus(definition, state) });
  if (state.shipment && RANK[report] <= RANK[state.shipment.stage]) return ok([]);
  return ok([{ type: 'ShipmentReported', report, trackingNumber, occurredAt, movesStatus: state.cause === null }]);
}

/** The shipping service's, or, where a saga leaves shipping to others, the first that a carrier named. */
export const trackingNumberOf = (definition: SagaDefinition, state: SagaState): string | null =>
  outputNamed(definition, state, 'tracking_number') ?? state.shipment?.trackingNumber ?? null;

const outputNamed = ({ steps }: SagaDefinition, state: SagaState, name: string): string | null =>
  steps.map((step) => knownOutputOf(state, step.name)?.[name]).find((value) => value !== undefined) ?? null;
