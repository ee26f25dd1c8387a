/** One situation of an order: what the core knows, what stands in the participants' books, what time it is. */

import { undoWays, type OperationId } from '../../saga/operation.ts';
import { isSettled } from '../../saga/progress.ts';
import type { SagaState } from '../../saga/state.ts';
import type { Configuration } from './configuration.ts';
import type { Core } from './core.ts';
import type { Sent, World } from './world.ts';

export interface Node {
  readonly state: SagaState;
  readonly now: number;
  readonly world: World;
  /** Every operation as it went out last. */
  readonly sent: Readonly<Record<OperationId, Sent>>;
  /** How often a person may still act on what is parked. */
  readonly actionsLeft: number;
}

/** What a step is told that is settled as a whole is left to the order at rest: until then it would be the same every time. */
export const isOfInterest = ({ state: { ending, operations } }: Node, ids: readonly OperationId[]): boolean =>
  ending !== null || ids.some((id) => operations[id] && !isSettled(operations[id]));

/** The operation as it would go out now. */
export function sending(
  core: Core,
  { definition, steps, undos, toldOf }: Configuration,
  node: Pick<Node, 'sent' | 'now'>,
  state: SagaState,
  id: OperationId,
): Sent {
  const { idempotencyKey, body } = core.requestOf(definition, state, id);
  const planned = steps.find(({ all }) => all.includes(id));
  if (!planned) throw new Error(`The saga has no operation ${id}`);
  const isCall = !undos.has(id);
  const way = undoWays(planned.step).find((candidate) => candidate.operation === id);
  return {
    operation: id,
    key: idempotencyKey,
    body,
    undoes: isCall ? null : (node.sent[planned.named]?.key ?? null),
    way: isCall ? 'call' : way?.otherwise || !planned.step.undo?.otherwise ? 'undo' : 'other',
    isKept: planned.isKept && (!isCall || id === planned.named),
    isParcel: planned.isParcel,
    isToldOf: toldOf.has(id),
    at: node.sent[id]?.at ?? node.now,
  };
}
