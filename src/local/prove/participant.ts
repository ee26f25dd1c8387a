/**
 * Everything that a participant may answer, true to its books: it says `succeeded` only of what stands, and answers a key that it
 * knows as it did before. A participant that does not fence carries out a call that comes after an undo which found nothing.
 */

import type { Answer, ProbeAnswer } from '../../saga/answer.ts';
import type { CallStep, Output } from '../../saga/definition.ts';
import {
  arrived,
  denied,
  effectUnder,
  foundNothing,
  sentOff,
  stands,
  tidied,
  withEffect,
  withNamedEffect,
  withoutUndo,
  withUndo,
  type Sent,
  type World,
} from './world.ts';

export interface Response<Kind = Answer> {
  readonly answer: Kind;
  readonly world: World;
}

/** Names whatever a step may ask of the output, so that a body made of it differs from one made without. */
export const outputOf = ({ operation, isParcel }: Sent): Output =>
  new Proxy<Output>(
    {},
    {
      get: (_, field) =>
        typeof field === 'string' && field !== 'toJSON' && (isParcel || !OF_PARCEL.has(field)) ? `${field} of ${operation}` : undefined,
    },
  );

const OF_PARCEL: ReadonlySet<string> = new Set(['shipment_id', 'tracking_number']);

export const REFUSED = { type: 'refused', code: 'refused', message: 'Refused' } as const;
const TURNED_AWAY: Answer = { type: 'turned_away', code: 'http_401', message: 'Turned away' };
/** What stands before the participant answers for it. */
const NOT_ITS_WORD: Answer = { type: 'refused', code: 'http_404', message: 'Not found', isVague: true };
const NOT_TAKEN: Answer = { type: 'unanswered', code: 'busy', message: 'Not taken up', mayHaveHappened: false };
const LOST: Answer = { type: 'unanswered', code: 'timed_out', message: 'No answer', mayHaveHappened: true };
const NOTHING = { type: 'nothing_to_undo' } as const;

const elsewhere = (code: string) => ({ type: 'refused', code, message: 'Not in this way' }) as const;

/** What may come of a request that is sent now. A request that is lost is on its way: that it never arrives is a case of that. */
export function answersTo(world: World, sent: Sent, step: CallStep): readonly Response[] {
  const truth = sent.way === 'call' ? answersToCall(world, sent, step) : answersToUndo(world, sent, step);
  const away = [NOT_TAKEN, TURNED_AWAY, ...(sent.way === 'call' ? [NOT_ITS_WORD] : [])];
  return [...truth, { answer: LOST, world: sentOff(world, sent) }, ...away.map((answer) => ({ answer, world }))];
}

function answersToCall(world: World, sent: Sent, { call }: CallStep): readonly Response[] {
  const done = (after: World): Response => ({ answer: { type: 'succeeded', output: outputOf(sent) }, world: after });
  const accepted = (after: World): readonly Response[] => (call.acceptedIsDone ? [] : [{ answer: { type: 'accepted' }, world: after }]);
  if (!sent.isKept) return [done(world), { answer: REFUSED, world }, ...accepted(world)];
  const effect = effectUnder(world, sent.key);
  switch (effect) {
    case undefined:
      return [
        done(withEffect(world, sent.key, sent.operation, 'standing')),
        { answer: REFUSED, world: withEffect(world, sent.key, sent.operation, 'refused') },
        ...(sent.isToldOf ? [{ answer: REFUSED, world: denied(world, sent) }] : []),
        ...accepted(withEffect(world, sent.key, sent.operation, 'running')),
      ];
    case 'running':
      return accepted(world);
    case 'refused':
      return [{ answer: REFUSED, world }];
    case 'standing':
    case 'elsewhere':
    case 'reversed':
      return [done(world)];
    default:
      return effect satisfies never;
  }
}

function answersToUndo(world: World, sent: Sent, { undo }: CallStep): readonly Response[] {
  const done: Response = { answer: { type: 'succeeded', output: {} }, world: withUndo(world, sent, 'done') };
  const nothing: Response = { answer: NOTHING, world: foundNothing(world, sent) };
  const refused: Response = { answer: REFUSED, world };
  const accepted: Response = { answer: { type: 'accepted' }, world: withUndo(world, sent, 'running') };
  const isAccepted = undo?.acceptedIsDone ? [] : [accepted];
  if (!sent.isKept) return [done, nothing, refused, ...isAccepted].map(({ answer }) => ({ answer, world }));
  const known = world.undos[sent.key]?.state;
  if (known === 'done') return [done];
  if (known === 'running') return isAccepted;
  const otherwise = undo?.otherwise;
  const effect = effectUnder(world, sent.undoes);
  switch (effect) {
    case undefined:
    case 'running':
    case 'refused':
      return [nothing, refused, ...isAccepted];
    case 'standing': {
      const closed = { answer: elsewhere(otherwise?.whenRefused ?? ''), world: withNamedEffect(world, sent, 'elsewhere') };
      return [done, refused, ...isAccepted, ...(otherwise && sent.way === 'undo' ? [closed] : [])];
    }
    case 'elsewhere':
      return sent.way === 'other' ? [done, refused, ...isAccepted] : [{ answer: elsewhere(otherwise?.whenRefused ?? ''), world }];
    // By another key. Nothing tells the participant that both mean the same: it does it again.
    case 'reversed':
      return [done];
    default:
      return effect satisfies never;
  }
}

/** What the probe may say of it now. `told` leaves out that nobody answers, or that there is no probe. */
export const probesOf = (world: World, sent: Sent, step: CallStep): readonly Response<ProbeAnswer>[] => [
  ...told(world, sent, step),
  ...(!sent.isKept ? (['running', 'never_seen'] as const).map((type) => ({ answer: { type }, world })) : []),
  { answer: { type: 'unanswered' }, world },
  { answer: { type: 'no_probe' }, world },
];

export function told(world: World, sent: Sent, step: CallStep): readonly Response<ProbeAnswer>[] {
  return sent.way === 'call' ? toldOfCall(world, sent) : toldOfUndo(world, sent, step);
}

function toldOfCall(world: World, sent: Sent): readonly Response<ProbeAnswer>[] {
  const done: Response<ProbeAnswer> = { answer: { type: 'succeeded', output: outputOf(sent) }, world };
  if (!sent.isKept) return [done, { answer: REFUSED, world }];
  const effect = effectUnder(world, sent.key);
  if (effect === undefined) return [{ answer: { type: 'never_seen' }, world }];
  if (effect === 'running') return [{ answer: { type: 'running' }, world }];
  return effect === 'refused' ? [{ answer: REFUSED, world }] : [done];
}

function toldOfUndo(world: World, sent: Sent, { undo }: CallStep): readonly Response<ProbeAnswer>[] {
  if (!sent.isKept) return ([{ type: 'succeeded', output: {} }, REFUSED, NOTHING] as const).map((answer) => ({ answer, world }));
  const state = world.undos[sent.key]?.state;
  if (state === 'done') return [{ answer: { type: 'succeeded', output: {} }, world }];
  if (state === 'running') return [{ answer: { type: 'running' }, world }];
  const effect = effectUnder(world, sent.undoes);
  if (effect === 'elsewhere' && sent.way === 'undo' && undo?.otherwise) return [{ answer: elsewhere(undo.otherwise.whenRefused), world }];
  if (stands(effect))
    return [
      { answer: REFUSED, world },
      { answer: { type: 'never_seen' }, world },
    ];
  return effect === 'reversed' ? [] : [{ answer: NOTHING, world: foundNothing(world, sent) }];
}

export type Arrival = 'takes effect' | 'is refused' | 'finds nothing';

/** What may become of a request that was on its way: it arrives now. Only what makes a difference. */
export function arrivals(world: World, sent: Sent): readonly (readonly [Arrival, World])[] {
  const after = arrived(world, sent);
  if (sent.way === 'call') {
    const { key, operation } = sent;
    return [
      ['takes effect', tidied(withEffect(after, key, operation, 'standing'))],
      ['is refused', tidied(withEffect(after, key, operation, 'refused'))],
    ];
  }
  if (stands(effectUnder(world, sent.undoes))) return [['takes effect', tidied(withUndo(after, sent, 'done'))]];
  if (effectUnder(world, sent.undoes) === 'reversed') return [['takes effect', withUndo(after, sent, 'done')]];
  return world.fences ? [['finds nothing', tidied(foundNothing(after, sent))]] : [];
}

/** What was accepted comes to its end. */
export function endings(world: World, sent: Sent): readonly (readonly [Arrival, World])[] {
  if (sent.way === 'call') {
    return effectUnder(world, sent.key) === 'running' ? arrivals(world, sent) : [];
  }
  if (world.undos[sent.key]?.state !== 'running') return [];
  const ended = withoutUndo(world, sent);
  const effect = effectUnder(world, sent.undoes);
  if (effect === 'standing' || (effect === 'elsewhere' && sent.way === 'other'))
    return [
      ['takes effect', tidied(withUndo(world, sent, 'done'))],
      ['is refused', ended],
    ];
  return [['finds nothing', tidied(foundNothing(ended, sent))]];
}
