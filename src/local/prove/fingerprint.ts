/**
 * A situation as a short text: two situations with the same one have the same future. Left out is what can't matter any more: times
 * that are over, the attempts of what is settled, the books of what a person was told of.
 */

import type { OperationId } from '../../saga/operation.ts';
import { timesOf } from '../../saga/operation-time.ts';
import { OUTCOME_UNKNOWN } from '../../saga/ladder.ts';
import { isBehind, isSettled } from '../../saga/progress.ts';
import type { OperationState, SagaState } from '../../saga/state.ts';
import { contextAt, mayBeReviewed, type Configuration, type PlannedStep } from './configuration.ts';
import { OUTAGE_MS } from './shortened.ts';
import type { Node } from './node.ts';
import { effectUnder, stands, timesUndone, type Effect } from './world.ts';

const PHASES: Readonly<Record<OperationState['phase'], string>> = {
  calling: 'c',
  waiting: 'w',
  asking: 'a',
  succeeded: 's',
  refused: 'r',
  unresolved: 'u',
  parked: 'p',
  resolved: 'd',
};

const EFFECTS: Readonly<Record<Effect, string>> = { running: 'n', standing: 's', elsewhere: 'e', refused: 'x', reversed: 'v' };

export function fingerprint(configuration: Configuration, node: Node): string {
  let text = order(configuration, node) + node.actionsLeft;
  for (const planned of configuration.steps) text += `${stepOf(configuration, node, planned)};`;
  return text;
}

function stepOf(configuration: Configuration, node: Node, planned: PlannedStep): string {
  const { operations, ending } = node.state;
  const { calls, undos } = planned;
  const isFinal = !mayBeReviewed(configuration, node.actionsLeft, planned.step.name);
  // Whatever is settled may be told of again.
  if (configuration.toldOf.has(planned.named)) return each(configuration, node, planned.all, isFinal) + books(configuration, node, planned);
  if (!undos.some((id) => operations[id])) {
    const isTold = isFinal && ending !== null && calls.some((id) => operations[id]?.phase === 'parked');
    return each(configuration, node, calls, isFinal) + (isTold ? '' : books(configuration, node, planned));
  }
  const isSettledNow = planned.all.every((id) => !operations[id] || isSettled(operations[id]));
  if (isFinal && isSettledNow) {
    const parked = planned.all.filter((id) => operations[id]?.phase === 'parked');
    return parked.length > 0
      ? `P${heard(node, planned)}${undos.some((id) => parked.includes(id)) ? '' : books(configuration, node, planned)}`
      : `G${heard(node, planned)}${books(configuration, node, planned)}`;
  }
  const before = undoneCalls(configuration, node, planned) + heard(node, planned);
  return before + each(configuration, node, undos, isFinal) + books(configuration, node, planned);
}

/** A late success is news once. */
const heard = ({ state: { operations } }: Node, { calls }: PlannedStep): string => (calls.some((id) => operations[id]?.late) ? 'L' : '');

function order(configuration: Configuration, { state, now }: Node): string {
  const { ending, cause, skipped, deadlineAt } = state;
  const head =
    erasedBefore(state) +
    toldBefore(configuration, state) +
    (ending ?? 'u').charAt(ending === 'compensated' ? 3 : 0) +
    (cause ? 'b' : 'f') +
    waits(state, now) +
    skipped.length;
  const left = Math.max(0, deadlineAt - now);
  if (ending === 'completed') return `${head}${left > 0 ? '+' : ''}`;
  return head + (cause || ending || isPastDeadlines(configuration, state) ? '' : left.toString(36));
}

/** Whether what was written since is erased as well. */
const erasedBefore = ({ erasure }: SagaState): string => (erasure === null ? '' : erasure === 'due' ? 'e' : 'E');

/** The parcel, while it can be cancelled; then what was told at rest and stands. */
function toldBefore({ definition }: Configuration, { cause, ending, formerEnding, shipment }: SagaState): string {
  if (!cause) return (shipment?.stage ?? '') + (formerEnding && !ending ? 'again' : '');
  if (formerEnding === 'compensated') return 'again';
  return definition.statuses && formerEnding ? (shipment?.told ?? 'done') : '';
}

/** The time of a wait matters while it lasts, and forward. */
function waits({ approvals, delays, cause }: SagaState, now: number): string {
  const left = (until: number | null) => (cause || until === null ? '' : Math.max(0, until - now).toString(36));
  let text = '';
  for (const { decision, until } of approvals) text += decision?.charAt(0) ?? `w${left(until)}`;
  for (const { isOver, until } of delays) text += isOver ? 'd' : `t${left(until)}`;
  return text;
}

/** The pivot is behind it, so that no deadline ends anything any more. */
const isPastDeadlines = ({ definition }: Configuration, state: SagaState): boolean =>
  definition.steps.some((step) => step.name === definition.pivot && isBehind(state, step));

/** Once the undo has begun, of the calls only this matters: whether one may yet turn out not to have happened, and whether one is parked. */
function undoneCalls({ capabilities }: Configuration, { state: { operations }, world, sent }: Node, { calls, named }: PlannedStep): string {
  const phases = calls.map((id) => operations[id]?.phase);
  if (phases.some((phase) => phase === 'calling' || phase === 'waiting' || phase === 'asking')) return phases.join('');
  const effect = effectUnder(world, sent[named]?.key ?? null);
  const isKnown = capabilities.fences || stands(effect) || effect === 'reversed';
  return (phases.includes('unresolved') && !isKnown ? 'u' : 's') + (phases.includes('parked') ? 'p' : '');
}

function each(configuration: Configuration, node: Node, ids: readonly OperationId[], isFinal: boolean): string {
  let text = '';
  for (const id of ids) {
    const found = node.state.operations[id];
    text += found ? operation(configuration, node, id, found, isFinal) : '-';
  }
  return text;
}

function operation(configuration: Configuration, { state, now }: Node, id: OperationId, found: OperationState, isFinal: boolean): string {
  const isSettledNow = isSettled(found);
  if (isSettledNow && (found.phase !== 'parked' || isFinal)) return PHASES[found.phase] + news(configuration, id, found);
  const { until, keyEndsAt } = timesOf(configuration.definition, state, id, contextAt(configuration, now));
  const isUndo = configuration.undos.has(id);
  const isKeyOver = now >= keyEndsAt && (!isFinal || mayStillBeSent(found, until));
  const flags = PHASES[found.phase] + (found.inDoubt ? '?' : '') + (found.foundNothing ? '0' : '') + (isKeyOver ? 'k' : '');
  if (isSettledNow) return flags + news(configuration, id, found);
  const attempt = configuration.counted.has(id) ? found.attempt - found.budget.attemptsBefore : '';
  const left = !isUndo && until === state.deadlineAt ? '' : timeLeft(found, now, until);
  return `${flags}${attempt}${left}${phaseOf(found, now, until, isUndo)}`;
}

/** What it depends on whether a late success is still news. */
function news({ toldOf }: Configuration, id: OperationId, found: OperationState): string {
  const heardLate = found.late ? 'L' : '';
  if (!toldOf.has(id)) return heardLate;
  return heardLate + (found.foundNothing ? '0' : '') + (found.phase === 'parked' && found.code === OUTCOME_UNKNOWN.code ? '?' : '');
}

/** What is asked about after its time is never sent again, key or no key. */
const mayStillBeSent = (found: OperationState, until: number): boolean =>
  found.phase === 'waiting' || (found.phase === 'calling' && found.calledAt < until);

/** What is left when it is its turn. An outage of our own does not count: what is left then is counted from its beginning. */
function timeLeft(found: OperationState, now: number, until: number): string {
  if (found.phase === 'asking') return Math.max(0, until - Math.max(found.at, now)).toString(36);
  const since = found.phase === 'waiting' ? found.at : found.phase === 'calling' ? found.calledAt : now;
  const isOutage = now - since > OUTAGE_MS;
  return (isOutage ? 'o' : '') + Math.max(0, until - (isOutage ? since : Math.max(since, now))).toString(36);
}

/** Exact where it is soon, in minutes where it is far: nothing else happens so far out that a second could matter. */
const untilDue = (at: number, now: number): string => {
  const ms = Math.max(0, at - now);
  return ms > OUTAGE_MS ? `${Math.ceil(ms / OUTAGE_MS)}m` : ms.toString(36);
};

function phaseOf(found: OperationState, now: number, until: number, isUndo: boolean): string {
  switch (found.phase) {
    case 'calling':
      return isUndo && found.calledAt >= until ? '!' : '';
    case 'waiting':
      return `@${untilDue(found.at, now)}`;
    case 'asking':
      return `@${untilDue(found.at, now)}.${found.probes}${found.because.charAt(0)}`;
    default:
      return '';
  }
}

function books({ toldOf }: Configuration, { state, world, sent }: Node, { named, calls, undos, all, isKept }: PlannedStep): string {
  if (!isKept) return '';
  const call = sent[named];
  if (!call) return '';
  const isOpen = all.some((id) => state.operations[id] && !isSettled(state.operations[id]));
  const effect = effectUnder(world, call.key);
  const isOnTheWay = world.onTheWay.some(({ key }) => key === call.key);
  const isCallOpen = calls.some((id) => state.operations[id] && !isSettled(state.operations[id]));
  const isNever = !isCallOpen && !isOnTheWay && (effect === undefined || effect === 'refused');
  const isGone = !toldOf.has(named) && (isNever || (!isOpen && effect === 'reversed'));
  let text = isGone ? 'x' : (effect ? EFFECTS[effect] : '_') + (isOnTheWay ? '>' : '');
  if (world.denied.includes(call.key)) text += 'd';
  const undone = timesUndone(world, call.key);
  if (undone > 1) text += undone;
  for (const id of undos) {
    const key = sent[id]?.key;
    if (key === undefined) continue;
    if (world.onTheWay.some((request) => request.key === key)) text += '<';
    if (world.undos[key] && (isOpen || world.undos[key].state === 'running')) text += world.undos[key].state.charAt(0);
  }
  return text;
}
