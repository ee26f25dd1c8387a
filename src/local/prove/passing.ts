/**
 * How time passes: on to what falls due next, beyond the order's deadline, or, where something comes long after its time, beyond the
 * time of an operation, its key's lifetime, or an outage of the coordinator's own.
 */

import type { OperationId } from '../../saga/operation.ts';
import { timesOf } from '../../saga/operation-time.ts';
import type { OperationState } from '../../saga/state.ts';
import { contextAt, type Configuration } from './configuration.ts';
import { OUTAGE_MS } from './shortened.ts';
import type { Core } from './core.ts';
import type { Move } from './moves.ts';
import type { Node } from './node.ts';

/** A tick may come at any time. */
export function passing(core: Core, configuration: Configuration, { state, now }: Node, moves: Move[]): void {
  moves.push({ by: 'clock', command: { type: 'tick' } });
  const next = core.next(configuration.definition, state, now);
  let nearest = next.wakeAt !== null && next.wakeAt > now ? next.wakeAt : Number.POSITIVE_INFINITY;
  for (const owed of next.owed) if (owed.type === 'hand' && owed.at > now) nearest = Math.min(nearest, owed.at);
  if (Number.isFinite(nearest)) moves.push({ by: 'clock', now: nearest });
  const mayPass = state.cause === null && state.ending !== 'needs_review';
  if (mayPass && state.deadlineAt > now && state.deadlineAt !== nearest) moves.push({ by: 'outage', now: state.deadlineAt });
}

/** What has just been said of the operation (the moves from `first` on) comes late instead. */
export function outages(
  configuration: Configuration,
  { state, now }: Node,
  id: OperationId,
  operation: OperationState,
  moves: Move[],
  first: number,
): void {
  const isOpen = operation.phase === 'calling' || operation.phase === 'waiting' || operation.phase === 'asking';
  if (!isOpen) return;
  const { until, keyEndsAt } = timesOf(configuration.definition, state, id, contextAt(configuration, now));
  const isUndo = configuration.undos.has(id);
  const isOverAt = isUndo || until < state.deadlineAt ? until : now;
  const last = moves.length;
  for (let at = first; at < last; at += 1) {
    const move = moves[at];
    if (!move?.command) continue;
    const times = lateTimes(move, operation, { now, isOverAt, keyEndsAt: isUndo ? keyEndsAt : now, isUndo });
    for (const time of times) if (time > now) moves.push({ ...move, by: 'outage', now: time });
  }
}

interface Times {
  readonly now: number;
  readonly isOverAt: number;
  readonly keyEndsAt: number;
  readonly isUndo: boolean;
}

/** Only where the time makes a difference. */
function lateTimes({ command }: Move, operation: OperationState, { now, isOverAt, keyEndsAt, isUndo }: Times): readonly number[] {
  const outage = isUndo ? now + 2 * OUTAGE_MS : now;
  switch (command?.type) {
    case 'answered':
      return command.answer.type === 'unanswered' || command.answer.type === 'accepted' ? [isOverAt, keyEndsAt] : [];
    case 'interrupted':
      return [isOverAt, keyEndsAt, outage];
    case 'probed':
      return command.answer.type === 'running' || command.answer.type === 'never_seen' || command.answer.type === 'no_probe'
        ? [isOverAt, keyEndsAt]
        : [];
    case 'deliver':
    case 'tick':
      return operation.phase === 'waiting' ? [isOverAt, keyEndsAt, ...(isUndo ? [operation.at + 2 * OUTAGE_MS] : [])] : [];
    default:
      return [];
  }
}
