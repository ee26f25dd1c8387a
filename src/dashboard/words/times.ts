/** Times and durations in words, short enough for a table. All times are UTC. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `0.24 s`, `12 s`, `3 min`, `2 h 5 min`, `4 d 3 h`. */
export function duration(ms: number): string {
  if (ms < SECOND) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10 * SECOND) return `${(ms / SECOND).toFixed(1)} s`;
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min${ms < 10 * MINUTE ? rest(ms, MINUTE, SECOND, 's') : ''}`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h${rest(ms, HOUR, MINUTE, 'min')}`;
  return `${Math.floor(ms / DAY)} d${rest(ms, DAY, HOUR, 'h')}`;
}

function rest(ms: number, unit: number, smaller: number, name: string): string {
  const count = Math.floor((ms % unit) / smaller);
  return count === 0 ? '' : ` ${count} ${name}`;
}

/** Whole seconds, and no more of them than anyone wants to read. */
const age = (ms: number): string => (ms < 10 * SECOND ? `${ms / SECOND} s` : duration(ms));

/** Relative to now: `3 min ago`, `in 12 s`, `now`. */
export function fromNow(at: number, now: number): string {
  const ms = Math.floor(Math.abs(at - now) / SECOND) * SECOND;
  if (ms === 0) return 'now';
  return at < now ? `${age(ms)} ago` : `in ${age(ms)}`;
}

/** `2026-11-21 09:12:11 UTC`. */
export const exact = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** `09:12:11`, and the day before it where it is another than today's. */
export function clock(at: number, now: number): string {
  const [day, time = ''] = new Date(at).toISOString().split('T');
  const today = new Date(now).toISOString().slice(0, 10);
  return day === today ? time.slice(0, 8) : `${day} ${time.slice(0, 8)}`;
}
