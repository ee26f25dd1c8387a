/**
 * Counts what a Worker and its objects do: rows written as the platform bills them (each cursor's own figure, and one for each alarm and each
 * value set), SQL statements, texts that are made into JSON or read from it, and how often something begins: a request, a call of an object,
 * a batch, an alarm.
 */

import { watchWriting } from '../../../order/written.ts';
import type { Work } from '../counts.ts';

const NOTHING: Work = { rows: 0, statements: 0, json: 0, begun: 0 };

let counted = NOTHING;

const count = (what: keyof Work, more = 1): void => void (counted = { ...counted, [what]: counted[what] + more });

export const countBegun = (): void => count('begun');

function countCalls(holder: object, name: string): void {
  const own: unknown = Reflect.get(holder, name);
  if (typeof own !== 'function') throw new Error(`There is no ${name} to count`);
  Reflect.set(holder, name, function counted(this: unknown, ...args: readonly unknown[]): unknown {
    count('json');
    const answer: unknown = Reflect.apply(own, this, args);
    return answer;
  });
}

for (const name of ['parse', 'stringify']) countCalls(JSON, name);
for (const holder of [Request.prototype, Response.prototype, Response]) countCalls(holder, 'json');

/** To be asked before the object's own constructor begins. */
export function countStorage({ storage }: DurableObjectState): void {
  watchWriting(storage, {
    statement: (_query, _bindings, rows) => {
      count('statements');
      count('rows', rows);
    },
    value: () => count('rows'),
  });
}

/** Since this was asked last. */
export function tellCounted(): Response {
  const response = Response.json(counted);
  counted = NOTHING;
  return response;
}

export const isAboutCounted = (request: Request): boolean => new URL(request.url).pathname === '/counted';
