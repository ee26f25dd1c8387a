/** `Retry-After`, RFC 9110 §10.2.3: seconds or an HTTP date. */

/** The three forms of an HTTP date, RFC 9110 §5.6.7. `Date.parse` alone would take almost any words for one. */
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? [\w -]+ \d{2}:\d{2}:\d{2}(?<end> GMT| \d{4})$/;

/** Milliseconds from `now`, never negative; null where the header is absent or can't be read. */
export function retryAfterMs(header: string | null, now: number): number | null {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const date = HTTP_DATE.exec(text);
  if (!date) return null;
  const at = Date.parse(date.groups?.['end'] === ' GMT' ? text : `${text} GMT`);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
