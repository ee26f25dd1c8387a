/** JSON answers that the type of the application knows, so that a client of it does: what is in them, and with which status. */

import type { TypedResponse } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** Hono's types ride on properties that no response has at run time. */
export type Answer<Value, Status extends ContentfulStatusCode> = Response & TypedResponse<Value, Status, 'json'>;

export const answer = <Value extends object, Status extends ContentfulStatusCode>(
  value: Value,
  status: Status,
  headers: Readonly<Record<string, string>> = {},
): Answer<Value, Status> => typed<Value, Status>(Response.json(value, { status, headers }));

/** Says what a response holds. Nothing checks it here: the tests hold every answer to the API's document. */
export function typed<Value, Status extends ContentfulStatusCode>(response: Response): Answer<Value, Status>;
export function typed(response: Response): Response {
  return response;
}
