/** What a participant says, and what the coordinator takes it for. Pure. */

/** Whatever JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export interface Answer {
  readonly status: number;
  /** Null: an empty body. */
  readonly body: Json;
}

export const refusal = (status: number, code: string, message: string, more: Readonly<Record<string, Json>> = {}): Answer => ({
  status,
  body: { code, message, ...more },
});

/** The result comes later. */
export const ACCEPTED: Answer = { status: 202, body: {} };

export const NOTHING_UNDONE: Answer = { status: 200, body: { undone: false } };

/** To an operation that comes after its undo. */
export const UNDONE = refusal(409, 'undone', 'The operation was undone before it arrived');

export const reused = (key: string): Answer => refusal(422, 'idempotency_key_reused', `${key} came before with another request`);

export const inUse = (key: string): Answer => refusal(409, 'idempotency_key_in_use', `${key} is being processed`);

export const isRecord = (json: Json): json is Readonly<Record<string, Json>> =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

const SAID_NO: ReadonlySet<Json | undefined> = new Set(['declined', 'failed', 'rejected']);

/** A 4xx, or a 2xx whose `status` says no. It has had no effect. */
export const isRefusal = ({ status, body }: Answer): boolean =>
  (status >= 400 && status < 500) || (status < 400 && isRecord(body) && SAID_NO.has(body['status']));

/** Whether this answer to an undo says that something was undone. */
export const hasUndone = (answer: Answer): boolean =>
  answer.status < 400 && !isRefusal(answer) && !(isRecord(answer.body) && answer.body['undone'] === false);

/** Not the answer to the operation, but to this attempt at it. */
const ABOUT_THE_ATTEMPT: ReadonlySet<number> = new Set([401, 403, 408, 425, 429]);

/** Whether every later attempt is to be answered so. A failure is none: the next attempt may do better. */
export function isKept({ status, body }: Answer): boolean {
  if (status >= 500 || ABOUT_THE_ATTEMPT.has(status)) return false;
  const code = isRecord(body) ? body['code'] : null;
  return status < 400 || !(typeof code === 'string' && code.startsWith('idempotency_'));
}

/** A kept answer in the words of the probe. */
export const outcomeOf = (answer: Answer): Json =>
  isRefusal(answer) ? { state: 'refused', error: errorOf(answer) } : { state: 'succeeded', output: answer.body };

/** What a refusal says, with a code and a message in any case. */
export function errorOf({ body }: Answer): Readonly<Record<string, Json>> {
  const said = isRecord(body) ? body : {};
  return { message: 'The operation was refused', ...said, code: said['code'] ?? said['status'] ?? 'refused' };
}
