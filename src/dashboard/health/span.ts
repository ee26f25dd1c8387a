/** How far back the charts look, and how finely. */

const MINUTE = 60_000;

export interface Span {
  readonly name: string;
  /** After "the last". */
  readonly label: string;
  readonly lengthMs: number;
  readonly everyMs: number;
  /** Rates are told by this. */
  readonly per: { readonly name: string; readonly minutes: number };
}

const PER_HOUR = { name: 'hour', minutes: 60 };

const HOUR: Span = { name: 'hour', label: 'hour', lengthMs: 60 * MINUTE, everyMs: MINUTE, per: { name: 'minute', minutes: 1 } };

export const SPANS: readonly Span[] = [
  HOUR,
  { name: 'day', label: 'day', lengthMs: 24 * 60 * MINUTE, everyMs: 15 * MINUTE, per: PER_HOUR },
  { name: 'week', label: 'week', lengthMs: 7 * 24 * 60 * MINUTE, everyMs: 120 * MINUTE, per: PER_HOUR },
];

/** The hour, where nothing else is asked for that there is. */
export const spanNamed = (name: string | undefined): Span => SPANS.find((span) => span.name === name) ?? HOUR;
