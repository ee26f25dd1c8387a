/** The routes with what their handlers say of them, put together. One that says nothing of itself is no part of the API. */

import type { RouterRoute } from 'hono/types';
import { descriptionOf, type Description, type Parameter } from '../described.ts';
import type { Reason } from '../problem-kinds.ts';
import type { Role } from '../tokens.ts';

export interface DescribedRoute {
  /** In small letters, as the document has it. */
  readonly method: string;
  /** With its parameters in braces. */
  readonly path: string;
  readonly operation: NonNullable<Description['operation']>;
  readonly roles: readonly Role[];
  readonly isSigned: boolean;
  readonly parameters: readonly Parameter[];
  readonly body: Description['body'];
  readonly refusals: readonly Reason[];
}

/** Whatever the route, this may happen. */
const ANYWHERE: readonly Reason[] = ['internal_error', 'unavailable'];

export function describedRoutes(routes: readonly RouterRoute[]): readonly DescribedRoute[] {
  const byRoute = Map.groupBy(routes, ({ method, path }) => `${method} ${path}`);
  return [...byRoute.values()].flatMap((handlers) => {
    const [{ method, path } = { method: '', path: '' }] = handlers;
    const said = handlers.map(({ handler }) => descriptionOf(handler));
    const operation = said.find((one) => one.operation)?.operation;
    if (!operation) return [];
    return {
      method: method.toLowerCase(),
      path: path.replaceAll(/:(\w+)/g, '{$1}'),
      operation,
      roles: said.flatMap(({ roles = [] }) => roles),
      isSigned: said.some(({ isSigned }) => isSigned),
      parameters: said.flatMap(({ parameters = [] }) => parameters),
      body: said.find(({ body }) => body)?.body,
      refusals: [...said.flatMap(({ refusals = [] }) => refusals), ...ANYWHERE],
    };
  });
}
