/**
 * What participants tell by themselves: the result of an operation before its answer, instead of it, after it, and again. One that refused
 * a call that goes through all the same says both, in any order.
 */

import type { ProbeAnswer } from '../../saga/answer.ts';
import type { CallbackAnswer, Command } from '../../saga/command.ts';
import { stepOf } from '../../saga/operation.ts';
import { isSettled } from '../../saga/progress.ts';
import type { OperationState } from '../../saga/state.ts';
import type { Configuration } from './configuration.ts';
import type { Move } from './moves.ts';
import type { Node } from './node.ts';
import { answersTo, arrivals, endings, outputOf, REFUSED, told, type Arrival } from './participant.ts';
import type { Sent, World } from './world.ts';

export function callbacks({ definition }: Configuration, node: Node, request: Sent, operation: OperationState, moves: Move[]): void {
  const { world } = node;
  if (!request.isToldOf) return;
  const step = stepOf(definition, request.operation);
  const tell = (answer: CallbackAnswer, after: World = world) =>
    moves.push({
      by: isSettled(operation) ? 'stale' : 'network',
      command: { type: 'called_back', operation: request.operation, answer },
      world: after,
    });
  if (operation.phase === 'calling')
    for (const { answer, world: after } of answersTo(world, request, step)) if (isResult(answer) && !isVague(answer)) tell(answer, after);
  for (const { answer, world: after } of told(world, request, step)) if (isKnown(answer, request)) tell(answer, after);
  if (world.denied.includes(request.key)) tell(REFUSED);
  if (!isSettled(operation)) tell(KEY_MISUSED);
}

/** What arrives late, or comes to its end, and is told of at once: by a callback, or by the answer that the callback's refusal was faster than. */
export function toldArrivals({ world, sent, state }: Node, moves: Move[]): void {
  const push = (request: Sent, isLate: boolean) => {
    const { operation } = request;
    if (!request.isToldOf) return;
    for (const [what, after] of isLate ? arrivals(world, request) : endings(world, request)) {
      const answer = tidings(request, what);
      const tell = (command: Command) => moves.push({ by: 'network', command, world: after, arrival: { sent: request, what, isLate } });
      tell({ type: 'called_back', operation, answer });
      const attempt = state.operations[operation]?.attempt ?? 0;
      if (isLate && what === 'takes effect' && world.denied.includes(request.key)) tell({ type: 'answered', operation, attempt, answer });
    }
  };
  for (const request of world.onTheWay) push(request, true);
  for (const request of Object.values(sent)) push(request, false);
}

/** Of an attempt after one that nobody heard of, whatever became of that. */
const KEY_MISUSED: CallbackAnswer = { type: 'turned_away', code: 'idempotency_key_reused', message: 'The key was used for something else' };

/** Who calls back is the participant itself. */
const isVague = (answer: object): boolean => 'isVague' in answer;

export const isResult = <Said extends { readonly type: string }>(
  answer: Said,
): answer is Extract<Said, { readonly type: 'succeeded' | 'refused' | 'nothing_to_undo' }> =>
  answer.type === 'succeeded' || answer.type === 'refused' || answer.type === 'nothing_to_undo';

/** Of an undo that never came, or that changed nothing, a participant has nothing to tell. */
const isKnown = (answer: ProbeAnswer, { way, isKept }: Sent): answer is Extract<ProbeAnswer, CallbackAnswer> =>
  isResult(answer) && (way === 'call' || !isKept || answer.type === 'succeeded');

function tidings(sent: Sent, what: Arrival): CallbackAnswer {
  switch (what) {
    case 'takes effect':
      return { type: 'succeeded', output: sent.way === 'call' ? outputOf(sent) : {} };
    case 'is refused':
      return REFUSED;
    case 'finds nothing':
      return { type: 'nothing_to_undo' };
    default:
      return what satisfies never;
  }
}
