/**
 * Checks an exported history, the answer of `GET /api/v1/orders/{id}/events`: that its rows fit their seals and each other, and that its
 * events are what the rows say. The names of domain events are not in the seals, and not checked. What a seal promises, and what not, is
 * said in src/order/seal.ts.
 */

import * as z from 'zod';
import { recordedEvent } from '../order/history.ts';
import { journalEvent } from '../order/journal-schema.ts';
import { brokenSeal, NO_SEAL, withoutSecrets } from '../order/seal.ts';
import { recordedRow } from '../order/wire.ts';
import { canonical } from '../saga/same-order.ts';

const shown = z.looseObject({
  seq: z.int(),
  id: z.string(),
  type: z.string(),
  at: z.string(),
  data: z.record(z.string(), z.unknown()),
});

const row = recordedRow.extend({ events: z.array(z.unknown()).min(1) });

const history = z.looseObject({ events: z.array(shown), rows: z.array(row).min(1) });

type Shown = z.infer<typeof shown>;
type Row = z.infer<typeof row>;

export type Verdict =
  | { readonly type: 'broken'; readonly why: string }
  | {
      readonly type: 'verified';
      /** The first event that is covered, and the last. */
      readonly from: number;
      readonly to: number;
      readonly rows: number;
      /** So many of them had personal data, which is erased. */
      readonly erased: number;
      /** The last seal's. */
      readonly hash: string;
    };

/** `hash`: one that is known from elsewhere; null where none is. */
export function verify(exported: unknown, hash: string | null): Verdict {
  const parsed = history.safeParse(exported);
  if (!parsed.success) return broken(`This is no exported history: ${z.prettifyError(parsed.error)}`);
  const { rows, events } = parsed.data;
  const why =
    rows.map((one, index) => brokenRow(one, rows[index - 1])).find((found) => found !== null) ??
    brokenErasure(rows) ??
    brokenEvents(rows, events);
  if (why) return broken(why);
  if (hash !== null && rows.every((one) => one.hash !== hash)) return broken(`No row of this history has the seal ${hash}`);
  return {
    type: 'verified',
    from: rows.at(0)?.seq ?? 0,
    to: events.at(-1)?.seq ?? 0,
    rows: rows.length,
    erased: rows.filter(isErased).length,
    hash: rows.at(-1)?.hash ?? '',
  };
}

const broken = (why: string): Verdict => ({ type: 'broken', why });

/** Null: it fits its seal, and follows on the row before it. */
function brokenRow(one: Row, before: Row | undefined): string | null {
  const name = `The row of event ${one.seq}`;
  if (before && one.seq !== before.seq + before.events.length)
    return `${name} does not follow on event ${lastOf(before)}: rows are missing`;
  const previous = before ? before.hash : one.seq === 1 ? NO_SEAL : one.previous;
  if (one.previous !== previous) return `${name} does not follow on the seal before it`;
  const why = brokenSeal(previous, one, one);
  return why === null ? null : `${name} is broken: ${why}`;
}

const isErased = ({ personal }: Row): boolean => personal !== undefined && personal.salt === undefined;

const isErasure = z.looseObject({ type: z.literal('OrderErased') });

/** Null: personal data is gone from every row up to where it says so, and from no other. */
function brokenErasure(rows: readonly Row[]): string | null {
  const erasure = rows.findLastIndex(({ events }) => events.some((event) => isErasure.safeParse(event).success));
  const wrong = rows.find((one, index) => one.personal && isErased(one) !== index <= erasure);
  if (!wrong) return null;
  return isErased(wrong)
    ? `The row of event ${wrong.seq} lacks what was never erased`
    : `The row of event ${wrong.seq} has what was erased`;
}

const lastOf = ({ seq, events }: Row): number => seq + events.length - 1;

/** Null: they are what the rows say, from one of them on to the end. */
function brokenEvents(rows: readonly Row[], events: readonly Shown[]): string | null {
  const recorded = rows.flatMap((one) => shownEvents(one).map((event, index) => ({ seq: one.seq + index, at: one.at, event })));
  const from = recorded.findIndex(({ seq }) => seq === events[0]?.seq);
  const expected = from === -1 ? [] : recorded.slice(from);
  if (expected.length !== events.length) return `The rows hold other events than are shown: ${recorded.length} and ${events.length}`;
  const orderId = events[0]?.id.replace(/-\d+$/, '') ?? '';
  const wrong = events.find((event, index) => !isShown(expected[index], event, orderId));
  return wrong ? `Event ${wrong.seq} is shown otherwise than it was recorded` : null;
}

const shownEvents = (one: Row): readonly unknown[] => z.array(z.unknown()).parse(withoutSecrets(one.events, one));

interface Recorded {
  readonly seq: number;
  readonly at: number;
  readonly event: unknown;
}

function isShown(recorded: Recorded | undefined, event: Shown, orderId: string): boolean {
  const { data: parsed } = journalEvent.safeParse(recorded?.event);
  if (!recorded || !parsed) return false;
  const { domain_events: _names, ...data } = event.data;
  const isOwn = parsed.type !== 'OrderPlaced' || parsed.order.orderId === orderId;
  return isOwn && canonical({ ...event, data }) === canonical(recordedEvent(orderId, { ...recorded, event: parsed }));
}
