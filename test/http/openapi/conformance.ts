/** Holds answers to the API's own document: the status, the media type, and the body, in which nothing may stand that the document does not know. */

import { Validator, type Schema } from '@cfworker/json-schema';
import { apiRoutes } from '../../../src/http/api.ts';
import type { ApiDocument, DocumentedOperation } from '../../../src/http/openapi/document-shape.ts';

const API_TOKENS = '[{"token": "any", "role": "metrics"}]';

/** As it is served. */
export const DOCUMENT: ApiDocument = await (await apiRoutes().request('/openapi.json', {}, { API_TOKENS })).json();

export interface Operation extends DocumentedOperation {
  readonly method: string;
  readonly path: string;
}

export const OPERATIONS: readonly Operation[] = Object.entries(DOCUMENT.paths).flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
);

/** Undefined where it is no part of the API. */
function operationAt(method: string, path: string): Operation | undefined {
  const { pathname } = new URL(path, 'https://any.test');
  const asked = method === 'HEAD' ? 'GET' : method;
  const matches = ({ path }: Operation): boolean => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(pathname);
  return OPERATIONS.find((operation) => operation.method === asked && matches(operation));
}

/** Throws where the answer is none that the document tells of. */
export async function expectDocumented(method: string, path: string, answer: Response): Promise<void> {
  const operation = operationAt(method, path);
  if (!operation) return;
  const what = `${method} ${path}: ${answer.status}`;
  const documented = operation.responses[answer.status];
  if (!documented) throw new Error(`${what} is not in the document`);
  const type = answer.headers.get('Content-Type')?.split(';')[0];
  if (!type || method === 'HEAD') return;
  const content = documented.content?.[type];
  if (!content) throw new Error(`${what} is not documented as ${type}`);
  if (!type.endsWith('json')) return;
  const errors = errorsOf(content.schema, await answer.clone().json(), STRICT);
  if (errors.length > 0) throw new Error(`${what} is not as documented: ${errors.join('; ')}`);
}

/** What of the value does not fit. */
export function errorsOf(schema: object, value: unknown, components: object = DOCUMENT.components.schemas): readonly string[] {
  const root: Schema = { ...schema, components: { schemas: components } };
  const { errors } = new Validator(root, '2020-12', false).validate(value);
  return errors.map(({ instanceLocation, error }) => `${instanceLocation} ${error}`);
}

/** The document lets answers have more fields one day; none may have them today. */
const STRICT: Readonly<Record<string, unknown>> = Object.fromEntries(
  Object.entries(DOCUMENT.components.schemas).map(([name, schema]) => [name, closed(schema)]),
);

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const parts = Object.entries(schema).map(([name, part]: readonly [string, unknown]) => [name, closed(part)] as const);
  return { ...('properties' in schema && { additionalProperties: false }), ...Object.fromEntries(parts) };
}
