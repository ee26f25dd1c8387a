/** The API's OpenAPI document, read off its routes: what a handler parses by, and whom it lets in, is what stands in it. */

import type { RouterRoute } from 'hono/types';
import { problemDocument } from '../problem-document.ts';
import { PROBLEM_KINDS, type Reason } from '../problem-kinds.ts';
import type { AnswerContent, Parameter } from '../described.ts';
import { describedRoutes, type DescribedRoute } from './described-routes.ts';
import type { ApiDocument, DocumentedAnswer, DocumentedOperation, DocumentedParameter, SecurityNeeds } from './document-shape.ts';
import { SchemaSheet, type JsonSchema } from './schema-sheet.ts';

/** OpenAPI 3.1.1: https://spec.openapis.org/oas/v3.1.1.html */
export function documentOf(routes: readonly RouterRoute[]): ApiDocument {
  const described = describedRoutes(routes);
  const schemas = new SchemaSheet(
    described.flatMap(({ body }) => (body ? [body.schema] : [])),
    [
      problemDocument,
      ...described.flatMap(({ parameters, operation }) => [
        ...parameters.map(({ schema }) => schema),
        ...Object.values(operation.answers).flatMap(({ content = {} }) => Object.values(content)),
      ]),
    ],
  );
  const paths = Map.groupBy(described, ({ path }) => path);
  return {
    openapi: '3.1.1',
    info: { title: 'Backstitch', version: '1', description: DESCRIPTION },
    servers: [{ url: '/' }],
    paths: Object.fromEntries(
      [...paths].map(([path, own]) => [path, Object.fromEntries(own.map((route) => [route.method, operationOf(route, schemas)]))]),
    ),
    components: { schemas: schemas.components, securitySchemes: SECURITY_SCHEMES },
  };
}

const DESCRIPTION =
  'Starts orders, and tells and changes what becomes of them. Times are RFC 3339 in UTC; money is a decimal string beside its currency. ' +
  'An object in an answer may have more fields one day; in a request an unknown field is refused.';

const SECURITY_SCHEMES = {
  token: {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of `API_TOKENS`. Its role decides what it may do; a client’s also whose orders it sees.',
  },
  signature: {
    type: 'apiKey',
    in: 'header',
    name: 'webhook-signature',
    description: 'Standard Webhooks, over the raw body, with a secret of `CALLBACK_SECRET`. No token is needed.',
  },
} as const;

function operationOf(route: DescribedRoute, schemas: SchemaSheet): DocumentedOperation {
  const { operation, body, parameters, refusals } = route;
  return {
    operationId: operation.id,
    summary: operation.summary,
    ...(operation.description && { description: operation.description }),
    security: securityOf(route),
    ...(parameters.length > 0 && { parameters: parameters.map((parameter) => parameterOf(parameter, schemas)) }),
    ...(body && { requestBody: { required: body.required, content: { 'application/json': { schema: schemas.input(body.schema) } } } }),
    responses: {
      ...Object.fromEntries(Object.entries(operation.answers).map(([status, answer]) => [status, answerOf(answer, schemas)])),
      ...problemAnswers(refusals, schemas.output(problemDocument)),
    },
  };
}

/** Any one of the roles will do: https://spec.openapis.org/oas/v3.1.1.html#security-requirement-object */
function securityOf({ isSigned, roles }: DescribedRoute): readonly SecurityNeeds[] {
  return isSigned ? [{ signature: [] }] : roles.map((role) => ({ token: [role] }));
}

function parameterOf({ in: place, name, schema }: Parameter, schemas: SchemaSheet): DocumentedParameter {
  const { description, ...rest } = schemas.output(schema);
  return {
    in: place,
    name,
    required: !schema.safeParse(undefined).success,
    ...(typeof description === 'string' && { description }),
    schema: rest,
  };
}

function answerOf({ description, content, headers }: AnswerContent, schemas: SchemaSheet): DocumentedAnswer {
  return {
    description,
    ...(headers && {
      headers: Object.fromEntries(Object.entries(headers).map(([name, says]) => [name, { description: says, schema: { type: 'string' } }])),
    }),
    ...(content && {
      content: Object.fromEntries(Object.entries(content).map(([type, schema]) => [type, { schema: schemas.output(schema) }])),
    }),
  };
}

/** One for each status, with the codes that it may have here. */
function problemAnswers(refusals: readonly Reason[], problem: JsonSchema): Readonly<Record<string, DocumentedAnswer>> {
  const byStatus = Map.groupBy(
    refusals.map((reason) => PROBLEM_KINDS[reason]),
    ({ status }) => String(status),
  );
  return Object.fromEntries(
    [...byStatus].map(([status, kinds]) => {
      const codes = [...new Set(kinds.map(({ code }) => code))].toSorted();
      const schema = { allOf: [problem, { type: 'object', properties: { code: { enum: codes } } }] };
      return [status, { description: titlesOf(kinds), content: { 'application/problem+json': { schema } } }];
    }),
  );
}

const titlesOf = (kinds: readonly { readonly title: string }[]): string => [...new Set(kinds.map(({ title }) => title))].join('; ');
