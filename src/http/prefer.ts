/** The `Prefer` header (RFC 7240), of which this service knows `wait`. As the RFC wants it, what is unknown or malformed is ignored. */

import * as z from 'zod';

const LONGEST_WAIT_SECONDS = 30;

export const Preference = z
  .string()
  .optional()
  .meta({ description: `\`wait=N\`: the answer waits up to N seconds, ${LONGEST_WAIT_SECONDS} at most, for what becomes of the order` });

/** How many seconds the client is ready to wait, at most 30. Null: it said nothing of it that can be read. */
export function preferredWaitSeconds(headers: Headers): number | null {
  const preferences = headers.get('Prefer')?.match(/(?:"[^"]*"|[^,])+/g) ?? [];
  const wait = preferences.map(nameAndValue).find(({ name }) => name === 'wait');
  return wait && /^\d+$/.test(wait.value) ? Math.min(Number(wait.value), LONGEST_WAIT_SECONDS) : null;
}

/** Of several preferences with one name the first counts. Parameters, after a semicolon, change nothing for `wait`. */
function nameAndValue(preference: string): { readonly name: string; readonly value: string } {
  const [main = ''] = preference.split(';');
  const [name = '', value = ''] = main.split('=').map((part) => part.trim());
  return { name: name.toLowerCase(), value: value.replace(/^"(.*)"$/, '$1') };
}
