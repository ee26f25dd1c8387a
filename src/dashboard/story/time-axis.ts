/**
 * Where times lie on a line that is read at a glance: an order's calls take milliseconds and its waits hours, so long stretches are drawn
 * shorter. What comes later always lies further right, and nothing that took time has no width.
 */

/** How much shorter: a stretch a thousand times as long is drawn about eleven times as long. */
const SQUEEZE = 0.35;

export interface TimeAxis {
  /** In hundredths of the line. */
  readonly at: (time: number) => number;
  /** Times worth a mark, none too near to another. */
  readonly marks: readonly number[];
}

const MARKS_APART = 16;

/** `times` are those at which anything began or ended. */
export function timeAxis(times: readonly number[]): TimeAxis {
  const known = [...new Set(times)].toSorted((left, right) => left - right);
  let length = 0;
  const places = known.map((time, index) => {
    length += (time - (known[index - 1] ?? time)) ** SQUEEZE;
    return { time, place: length };
  });
  const at = (time: number): number => {
    const before = places.findLast((known) => known.time <= time) ?? places[0];
    return before && length > 0 ? (before.place / length) * 100 : 0;
  };
  return { at, marks: marksOf(known, at) };
}

function marksOf(known: readonly number[], at: (time: number) => number): readonly number[] {
  const marks: number[] = [];
  for (const time of known) {
    const last = marks.at(-1);
    if (last === undefined || at(time) - at(last) >= MARKS_APART) marks.push(time);
  }
  return marks.filter((time) => at(time) <= 100 - MARKS_APART);
}
