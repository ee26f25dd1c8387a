/** What a person may do about what is parked. Of what is not, the core has to refuse it. */

import { timesOf } from '../../saga/operation-time.ts';
import { contextAt, mayBeReviewed, type Configuration, type PlannedStep } from './configuration.ts';
import type { Move } from './moves.ts';
import { isOfInterest, type Node } from './node.ts';
import { withEffect, type World } from './world.ts';

export function reviews(configuration: Configuration, node: Node, moves: Move[]): void {
  const { state, now, world, actionsLeft } = node;
  for (const planned of configuration.steps) {
    const parked = planned.all.filter((id) => state.operations[id]?.phase === 'parked');
    if (parked.length > 0 ? !mayBeReviewed(configuration, actionsLeft, planned.step.name) : !isOfInterest(node, planned.all)) continue;
    const review = { step: planned.step.name, by: 'ann', note: 'Looked into it' };
    moves.push({ by: 'reviewer', command: { type: 'retry', ...review } });
    for (const id of parked) {
      const { keyEndsAt } = timesOf(configuration.definition, state, id, contextAt(configuration, now));
      if (keyEndsAt > now) moves.push({ by: 'reviewer', command: { type: 'retry', ...review }, now: keyEndsAt });
    }
    const after = parked.length > 0 ? settledByHand(node, planned) : world;
    moves.push({ by: 'reviewer', command: { type: 'resolve', ...review }, world: after });
  }
}

/** A person who settles it makes it right: forward it stands, back it does not, nor where the order went on without it, and nothing comes late. */
function settledByHand({ state, world, sent }: Node, { named, undos, all }: PlannedStep): World {
  const call = sent[named];
  if (!call?.isKept) return world;
  const quiet = { ...world, onTheWay: world.onTheWay.filter(({ operation }) => !all.includes(operation)) };
  const isBack = state.cause !== null || undos.some((id) => state.operations[id]?.phase === 'parked');
  return withEffect(quiet, call.key, call.operation, isBack ? 'refused' : 'standing');
}
