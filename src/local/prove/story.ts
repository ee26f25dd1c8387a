/** A way through an order's life, in words: what happens, and what the core makes of it. */

import type { Answer, ProbeAnswer } from '../../saga/answer.ts';
import type { CallbackAnswer, Command } from '../../saga/command.ts';
import type { SagaEvent } from '../../saga/event.ts';
import { operationParts, type OperationId } from '../../saga/operation.ts';
import { START } from './configuration.ts';
import type { Exploration, Told } from './explore.ts';
import type { Move } from './moves.ts';
import { effectUnder, type World } from './world.ts';

/** What is broken, and the shortest way to it. Empty where no law is broken. */
export const breachOf = ({ breach, story }: Exploration): readonly string[] =>
  breach ? [`${breach.law}: ${breach.statement}`, `Here ${breach.wrong}. The shortest way to it:`, ...storyOf(story)] : [];

/** A line for each thing that happens, and one below it for what the core writes. */
const storyOf = (story: readonly Told[]): readonly string[] =>
  story.flatMap((told, index) => [
    `${String(index + 1).padStart(3)}. ${happening(told)}`,
    ...reaction(told).map((line) => `       ${line}`),
  ]);

function happening({ move, before, transition }: Told): string {
  if (!move || !before) return 'the order is placed';
  const parts = [
    timePassing(move, before.now),
    move.arrival && arrivalOf(move),
    move.command && commanded(move.command),
    tracesOf(move, before.world),
  ];
  return parts.filter(Boolean).join(', ') || `nothing happens until ${clock(transition.node.now)}`;
}

const clock = (at: number): string => {
  const seconds = (at - START) / 1_000;
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${Math.round((seconds % 60) * 10) / 10} s`;
};

const timePassing = ({ now }: Move, before: number): string =>
  now === undefined || now === before ? '' : `time passes, it is ${clock(now)} now`;

/** `charge`, or `undo of charge`. */
function named(id: OperationId): string {
  const { step, direction, channel } = operationParts(id);
  return `${direction === 'undo' ? 'undo of ' : ''}${step}${channel ? ` (${channel})` : ''}`;
}

function commanded(command: Command): string {
  switch (command.type) {
    case 'answered':
      return `${named(command.operation)}, attempt ${command.attempt}: ${answered(command.answer)}`;
    case 'probed':
      return `the probe of ${named(command.operation)}: ${probed(command.answer)}`;
    case 'called_back':
      return `${named(command.operation)} calls back: ${calledBack(command.answer)}`;
    case 'report_shipment':
      return `the carrier reports the parcel as ${command.report}`;
    case 'interrupted':
      return `the coordinator crashes while ${named(command.operation)} is called`;
    case 'deliver':
      return `the queue brings the message about ${about(command)}`;
    case 'give_up':
      return `the queue gives its message about ${about(command)} up`;
    case 'tick':
      return 'the alarm goes off';
    case 'cancel':
      return 'the order is cancelled';
    case 'erase':
      return 'its personal data is erased';
    case 'approve':
      return command.decision === 'approve' ? 'a person approves' : 'a person rejects';
    case 'place':
      return 'the same order is placed again';
    case 'retry':
      return `a person has ${command.step} tried again`;
    case 'resolve':
      return `a person says that ${command.step} was settled by hand`;
    default:
      return command satisfies never;
  }
}

const about = ({ step, direction }: { readonly step: string; readonly direction: 'do' | 'undo' }): string =>
  `${direction === 'undo' ? 'undo of ' : ''}${step}`;

function answered(answer: Answer): string {
  switch (answer.type) {
    case 'succeeded':
      return 'answered, done';
    case 'refused':
      return answer.isVague ? `refused, by whom is not known (${answer.code})` : `refused (${answer.code})`;
    case 'turned_away':
      return `turned away (${answer.code})`;
    case 'accepted':
      return 'accepted, the result is to come later';
    case 'nothing_to_undo':
      return 'answered, there is nothing to undo';
    case 'unanswered':
      return answer.mayHaveHappened ? 'no answer' : 'not taken up, the participant is busy';
    default:
      return answer satisfies never;
  }
}

const calledBack = (answer: CallbackAnswer): string =>
  answer.type === 'turned_away' ? `its key was used wrongly (${answer.code})` : probed(answer);

function probed({ type }: ProbeAnswer): string {
  switch (type) {
    case 'succeeded':
      return 'it is done';
    case 'refused':
      return 'it was refused';
    case 'running':
      return 'it is still running';
    case 'nothing_to_undo':
      return 'there was nothing to undo';
    case 'never_seen':
      return 'it was never seen';
    case 'no_probe':
      return 'there is no probe';
    case 'unanswered':
      return 'no answer';
    default:
      return type satisfies never;
  }
}

const arrivalOf = ({ arrival }: Move): string =>
  arrival ? `${named(arrival.sent.operation)} ${arrival.isLate ? 'arrives late' : 'comes to its end'} and ${arrival.what}` : '';

/** What is on its way from here on, though nobody waits for it. */
function tracesOf({ world }: Move, before: World): string {
  const sent = world?.onTheWay.find(({ key }) => !before.onTheWay.some((known) => known.key === key));
  return sent && effectUnder(before, sent.key) === undefined ? 'and the request is still on its way' : '';
}

function reaction({ transition: { events, refusal } }: Told): readonly string[] {
  if (refusal !== null) return [`-> refused: ${refusal}`];
  return events.length > 0 ? [`-> ${events.map(written).join(', ')}`] : [];
}

function written(event: SagaEvent): string {
  if (event.type === 'RollbackStarted') return `RollbackStarted (${event.cause.code})`;
  if ('operation' in event) return `${event.type} ${event.operation}`;
  return 'step' in event ? `${event.type} ${event.step}` : event.type;
}
