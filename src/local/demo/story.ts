/** Tells an order's history in plain words, one line for each event that matters to a reader. Pure. */

import { duration, grouped, withShortIds, wordingOf } from './words.ts';
import type { HistoryEvent } from './wire.ts';

/** `note`: of the order as a whole, or of people. */
export type Way = 'forward' | 'back' | 'note';

export interface StoryLine {
  readonly at: number;
  readonly way: Way;
  /** What is done; empty for a note. */
  readonly action: string;
  readonly text: string;
}

type OperationEvent = Extract<HistoryEvent, { data: { operation: string } }>;
type NoteEvent = Exclude<HistoryEvent, OperationEvent>;

const isOperationEvent = (event: HistoryEvent): event is OperationEvent => 'operation' in event.data;

/** `before` are the events before it. Null where the event says nothing that the lines around it don't. */
export function lineOf(before: readonly HistoryEvent[], event: HistoryEvent): StoryLine | null {
  if (!isOperationEvent(event)) {
    const text = noteText(before, event);
    return text === null ? null : noteAt(event.at, text);
  }
  const same = before.filter(isOperationEvent).filter((other) => isSameOperation(other, event));
  const text = operationText(before, same, event);
  const { operation, channel } = event.data;
  const { action } = wordingOf(event.step, operation, channel);
  return text === null ? null : { at: event.at, way: operation === 'do' ? 'forward' : 'back', action, text };
}

export const noteAt = (at: number, text: string): StoryLine => ({ at, way: 'note', action: '', text });

const isSameOperation = (left: OperationEvent, right: OperationEvent): boolean =>
  left.step === right.step && left.data.operation === right.data.operation && left.data.channel === right.data.channel;

/** `same` are the earlier events of the same operation. */
function operationText(before: readonly HistoryEvent[], same: readonly OperationEvent[], event: OperationEvent): string | null {
  switch (event.type) {
    case 'OperationStarted':
    case 'AttemptStarted':
    case 'ProbeUnanswered':
      return null;
    case 'AttemptFailed':
      return `${failureText(event.data)}: again in ${duration(event.data.retry_at - event.at)}, with the same key`;
    case 'AttemptInterrupted':
      return 'cut off: again at once, with the same key';
    case 'OperationAccepted':
      return 'accepted, the result comes later';
    case 'OperationDoubted':
      return `${failureText(event.data)} (try ${triesOf(same)}). Did it happen? The service is asked`;
    case 'OperationSucceeded':
      return successText(before, same, event);
    case 'OperationRefused':
      return `refused: ${withShortIds(event.data.message)}`;
    case 'OperationTurnedAway':
      return `turned away: ${withShortIds(event.data.message)}`;
    case 'OperationUnresolved':
      return hasUndo(same) ? 'still unknown, so it is undone by its key, whether it happened or not' : failureText(event.data);
    case 'NothingToUndoYet':
      return `nothing to undo yet, asked once more in ${duration(event.data.retry_at - event.at)}`;
    case 'OperationParked':
      return `can’t be done: ${event.data.message}. Left for a person`;
    case 'OperationRetried':
      return `${event.data.by} has it tried again: “${event.data.note}”`;
    case 'OperationResolved':
      return `${event.data.by} says that it is settled: “${event.data.note}”`;
    default:
      return event satisfies never;
  }
}

/** Only what can be undone is ever asked about. */
const hasUndo = (same: readonly OperationEvent[]): boolean => same.some(({ type }) => type === 'OperationDoubted');

const triesOf = (same: readonly OperationEvent[]): number => 1 + same.filter(({ type }) => type === 'AttemptStarted').length;

function successText(
  before: readonly HistoryEvent[],
  same: readonly OperationEvent[],
  { step, data }: Extract<OperationEvent, { type: 'OperationSucceeded' }>,
): string {
  if (data.operation === 'undo' && before.some((event) => event.type === 'OperationUnresolved' && event.step === step)) {
    return 'settled: whatever had happened is undone';
  }
  const { done } = wordingOf(step, data.operation, data.channel);
  const reference = data.reservation_id ?? data.payment_id ?? data.shipment_id;
  const tries = triesOf(same);
  const how = same.some(({ type }) => type === 'OperationDoubted') ? ', as it says when asked' : tries > 1 ? ` at try ${tries}` : '';
  return `${done}${how}${reference === undefined ? '' : ` (${withShortIds(reference)})`}`;
}

function failureText({ code, message }: { readonly code: string; readonly message: string }): string {
  const status = /^http_(\d+)$/.exec(code)?.[1];
  if (status !== undefined) return `the service answers ${status}`;
  const waitedMs = /^No answer within (\d+) ms$/.exec(message)?.[1];
  return waitedMs === undefined ? message : `no answer within ${duration(Number(waitedMs))}`;
}

function noteText(before: readonly HistoryEvent[], event: NoteEvent): string | null {
  switch (event.type) {
    case 'StepSkipped':
      return null;
    case 'OrderPlaced':
      return `the order is placed: ${grouped(event.data.total)} ${event.data.currency}`;
    case 'ApprovalRequested':
      return 'it is large: a person has to approve it';
    case 'ApprovalDecided':
      return `${event.data.by} ${event.data.decision === 'approve' ? 'approves' : 'rejects'} it${event.data.note ? `: “${event.data.note}”` : ''}`;
    case 'RollbackStarted':
      return rollbackText(before, event.data);
    case 'OrderCompleted':
      return 'the order is completed';
    case 'OrderCompensated':
      return before.some((other) => isOperationEvent(other) && other.data.operation === 'undo')
        ? 'everything is undone'
        : 'the order ends here';
    case 'ReviewRequested':
      return 'the order now waits for a person';
    default:
      return event satisfies never;
  }
}

function rollbackText(before: readonly HistoryEvent[], { code, message }: { readonly code: string; readonly message: string }): string {
  const why = code === 'cancelled' ? `the customer cancels: “${message}”` : 'so the order turns back';
  return `${why}. ${whatIsOwed(before)}`;
}

function whatIsOwed(before: readonly HistoryEvent[]): string {
  const calls = before.filter(isOperationEvent).filter(({ data, step }) => data.operation === 'do' && step !== 'validate_order');
  const open = calls.filter(({ type }, index) => type === 'OperationStarted' && !calls.slice(index + 1).some(isEndOf(calls[index])));
  if (open.length > 0) return 'The call under way is waited for, then everything is undone, last step first';
  const hasDone = calls.some(({ type }) => type === 'OperationSucceeded' || type === 'OperationUnresolved');
  return hasDone ? 'What was done is undone, last step first' : 'Nothing was done yet that would have to be undone';
}

const isEndOf =
  (started: OperationEvent | undefined) =>
  (event: OperationEvent): boolean =>
    started !== undefined &&
    isSameOperation(event, started) &&
    (event.type === 'OperationSucceeded' || event.type === 'OperationRefused' || event.type === 'OperationUnresolved');
