/** What must hold, whatever happens: each law is a name, a sentence, and what breaks it. */

import { parkedOf } from '../../saga/progress.ts';
import type { ShipmentStage } from '../../saga/event.ts';
import type { SagaState } from '../../saga/state.ts';
import type { Configuration } from './configuration.ts';
import { EVENT_LAWS, pivotBegun } from './event-laws.ts';
import type { Answered, Law } from './law.ts';
import { STATE_LAWS } from './state-laws.ts';

export const COMMAND_LAWS: readonly Law<Answered>[] = [
  {
    name: 'review',
    statement: 'A person’s action on what is not in review is refused.',
    breaks({ configuration, move: { command }, before, refusal }) {
      if ((command?.type !== 'retry' && command?.type !== 'resolve') || refusal !== null) return null;
      const isParked = parkedOf(configuration.definition, before).some(({ step }) => step.name === command.step);
      return isParked ? null : `a person's ${command.type} of ${command.step} is taken, but nothing of it is in review`;
    },
  },
  {
    name: 'cancelling',
    statement:
      'A cancel turns the order back, unless it has, or it is refused: delivered, behind its pivot, final, failed, erased, or a person is asked.',
    breaks({ configuration, move: { command }, before, events, refusal }) {
      if (command?.type !== 'cancel') return null;
      const reason = whyNot(configuration, before);
      if (reason !== null) return refusal === null ? `a cancel is taken, though the order ${reason}` : null;
      if (refusal !== null) return `a cancel is refused (${refusal})`;
      const turns = before.cause !== null || events.some(({ type }) => type === 'RollbackStarted');
      return turns ? null : 'a cancel is taken, but the order does not turn back';
    },
  },
  {
    name: 'parcels',
    statement: 'What a carrier reports of a parcel never takes it back to where it was before.',
    breaks({ before, events }) {
      const report = events.find((event) => event.type === 'ShipmentReported')?.report;
      const known = before.shipment?.stage;
      if (report === undefined || known === undefined) return null;
      return STAGES.indexOf(report) > STAGES.indexOf(known) ? null : `the parcel is ${report}, though it was ${known}`;
    },
  },
];

const STAGES: readonly ShipmentStage[] = ['shipped', 'delivered', 'returned'];

/** Why an order can be cancelled no more. */
function whyNot(configuration: Configuration, state: SagaState): string | null {
  if (state.ending === 'needs_review') return 'waits for a person';
  if (state.cause) return state.ending === 'compensated' && state.cause.status === 'failed' ? 'has failed' : null;
  if (state.erasure) return 'is erased';
  if (state.shipment?.stage === 'delivered') return 'was delivered';
  if (state.formerEnding === 'completed' && configuration.definition.isFinalOnceCompleted) return 'is final';
  return state.formerEnding === null && pivotBegun(configuration, state) !== null ? 'is behind its pivot' : null;
}

/** The laws that are about all of the ways together (ends.ts), and about the core itself. */
export const RUN_ENDS = {
  name: 'every run ends',
  statement: 'No run goes round in a circle, and from everywhere the order comes to rest without anybody’s help.',
};
export const NO_EXCEPTION = { name: 'no exception', statement: 'The core has an answer to everything: it never throws.' };

export const ALL_LAWS = [...EVENT_LAWS, ...STATE_LAWS, ...COMMAND_LAWS, RUN_ENDS, NO_EXCEPTION].map(({ name, statement }) => ({
  name,
  statement,
}));
