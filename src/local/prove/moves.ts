/** Everything that may happen next: what participants answer, what arrives late or twice, crashes, queues, people, and time. */

import type { Command } from '../../saga/command.ts';
import { stepOf } from '../../saga/operation.ts';
import type { OperationState } from '../../saga/state.ts';
import { callbacks, isResult, toldArrivals } from './callbacks.ts';
import { reports } from './carrier.ts';
import { placing, type Configuration } from './configuration.ts';
import type { Core } from './core.ts';
import { isOfInterest, type Node } from './node.ts';
import { outages, passing } from './passing.ts';
import { answersTo, arrivals, endings, probesOf, told, type Arrival } from './participant.ts';
import { reviews } from './reviews.ts';
import { sentOff, type Sent, type World } from './world.ts';

/**
 * Who makes the move. Those of `participant`, `queue` and `clock` come by themselves, so an order may count on them; `network` is what
 * arrives late, if ever; `outage` is something that comes long after its time; `stale` is what was said before, or by no one who was
 * asked; `reviewer` is a person who acts on what is parked; `carrier` reports on parcels.
 */
export type Mover = 'participant' | 'queue' | 'clock' | 'network' | 'crash' | 'outage' | 'person' | 'reviewer' | 'carrier' | 'stale';

export interface Move {
  readonly by: Mover;
  readonly command?: Command;
  readonly world?: World;
  readonly now?: number;
  /** What is said of a move without a command. */
  readonly arrival?: { readonly sent: Sent; readonly what: Arrival; readonly isLate: boolean };
}

export function movesFrom(core: Core, configuration: Configuration, node: Node): readonly Move[] {
  const moves: Move[] = [];
  late(node, moves);
  toldArrivals(node, moves);
  for (const { all } of configuration.steps) {
    const isInteresting = isOfInterest(node, all);
    for (const id of all) {
      const operation = node.state.operations[id];
      const request = node.sent[id];
      if (!operation || !request) continue;
      if (isInteresting) movesOf(configuration, node, operation, request, moves);
      callbacks(configuration, node, request, operation, moves);
    }
  }
  reports(configuration, node, moves);
  people(configuration, node, moves);
  reviews(configuration, node, moves);
  passing(core, configuration, node, moves);
  return moves;
}

function late({ world, sent }: Node, moves: Move[]): void {
  for (const request of world.onTheWay) {
    for (const [what, after] of arrivals(world, request))
      if (what !== 'takes effect' || !world.denied.includes(request.key))
        moves.push({ by: 'network', world: after, arrival: { sent: request, what, isLate: true } });
  }
  for (const request of Object.values(sent)) {
    for (const [what, after] of endings(world, request))
      moves.push({ by: 'network', world: after, arrival: { sent: request, what, isLate: false } });
  }
}

function movesOf(configuration: Configuration, node: Node, operation: OperationState, request: Sent, moves: Move[]): void {
  const before = moves.length;
  if (operation.phase === 'calling') calling(configuration, node, request, operation.attempt, moves);
  if (operation.phase === 'asking') asking(configuration, node, request, operation.at, moves);
  if (configuration.byQueue.has(request.operation)) queue(configuration, node, request, operation, moves);
  outages(configuration, node, request.operation, operation, moves, before);
  stale(configuration, node, request, operation, moves);
}

function calling({ definition }: Configuration, { world }: Node, request: Sent, attempt: number, moves: Move[]): void {
  const { operation } = request;
  for (const { answer, world: after } of answersTo(world, request, stepOf(definition, operation))) {
    moves.push({ by: 'participant', command: { type: 'answered', operation, attempt, answer }, world: after });
  }
  moves.push({ by: 'crash', command: { type: 'interrupted', operation }, world: sentOff(world, request) });
}

/** Asked before its time it is told as one tells by oneself: no more than what is settled. */
function asking({ definition }: Configuration, { world, now, state }: Node, request: Sent, at: number, moves: Move[]): void {
  const { operation } = request;
  const step = stepOf(definition, operation);
  const isDue = at <= now || (request.way === 'call' && state.cause !== null);
  if (isDue) {
    for (const { answer, world: after } of probesOf(world, request, step))
      moves.push({ by: 'participant', command: { type: 'probed', operation, answer }, world: after });
    return;
  }
  for (const { answer, world: after } of told(world, request, step))
    if (isResult(answer)) moves.push({ by: 'network', command: { type: 'called_back', operation, answer }, world: after });
}

/** Messages come early, late and twice. A dead letter may have made its call: a process that is gone did. */
function queue({ byQueue }: Configuration, { world }: Node, request: Sent, { phase }: OperationState, moves: Move[]): void {
  const about = byQueue.get(request.operation);
  if (!about) return;
  moves.push({ by: 'queue', command: { type: 'deliver', ...about } });
  moves.push({ by: 'crash', command: { type: 'give_up', ...about }, world: phase === 'calling' ? sentOff(world, request) : world });
}

/** What was true once is said again: of an attempt before, of an operation that is settled, of one that nobody asked about. */
function stale({ definition }: Configuration, { world }: Node, request: Sent, { phase, attempt }: OperationState, moves: Move[]): void {
  const { operation } = request;
  for (const { answer } of told(world, request, stepOf(definition, operation))) {
    if (answer.type !== 'succeeded' && answer.type !== 'refused') continue;
    // Of a message nobody keeps books, and of one that failed nobody has said that it is done; who calls back may.
    if (!request.isKept && (phase === 'refused' || phase === 'unresolved') && answer.type === 'succeeded') continue;
    if (phase !== 'asking') moves.push({ by: 'stale', command: { type: 'probed', operation, answer } });
    const former = phase === 'calling' ? attempt - 1 : attempt;
    moves.push({ by: 'stale', command: { type: 'answered', operation, attempt: former, answer } });
  }
}

function people(configuration: Configuration, { state }: Node, moves: Move[]): void {
  moves.push({ by: 'person', command: { type: 'cancel', reason: null } });
  if (state.approvals.length > 0) {
    for (const decision of ['approve', 'reject'] as const) {
      moves.push({ by: 'person', command: { type: 'approve', decision, by: 'ann', note: null } });
    }
  }
  if (state.ending) moves.push({ by: 'person', command: placing(configuration) });
  if (state.ending && configuration.erasing) moves.push({ by: 'person', command: { type: 'erase' } });
}
