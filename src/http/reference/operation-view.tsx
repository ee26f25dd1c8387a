/** One operation: what it is for, who may ask, what it is told, and what it answers. */

import type { DocumentedAnswer, DocumentedOperation, DocumentedParameter } from '../openapi/document-shape.ts';
import { schemaNode } from './schema-node.ts';
import { Facts, Fields, Kind, Prose } from './schema-view.tsx';

export interface Listed {
  readonly method: string;
  readonly path: string;
  readonly operation: DocumentedOperation;
}

export const Operation = ({ method, path, operation }: Listed) => (
  <section id={operation.operationId} class="operation">
    <h2>
      <span class={`method ${method}`}>{method.toUpperCase()}</span> <code>{path}</code>
    </h2>
    <p class="summary">{operation.summary}</p>
    <p class="who">{whoOf(operation)}</p>
    {operation.description && (
      <p>
        <Prose text={operation.description} />
      </p>
    )}
    <Parameters parameters={operation.parameters ?? []} />
    <Body operation={operation} />
    <h3>Answers</h3>
    <dl class="answers">
      {Object.entries(operation.responses).map(([status, answer]) => (
        <Answer status={status} answer={answer} />
      ))}
    </dl>
  </section>
);

function whoOf({ security }: DocumentedOperation): string {
  if (security.length === 0) return 'Needs no token';
  const roles = security.flatMap(({ token = [] }) => token);
  return roles.length === 0 ? 'Signed; needs no token' : `With a token of the role ${roles.join(' or ')}`;
}

const Parameters = ({ parameters }: { parameters: readonly DocumentedParameter[] }) =>
  parameters.length === 0 ? null : (
    <>
      <h3>Parameters</h3>
      <dl class="fields">
        {parameters.map(({ name, in: place, required, description, schema }) => (
          <div>
            <dt>
              <code class="name">{name}</code> <span class="place">{place}</span>{' '}
              <Facts schema={schemaNode(schema)} isRequired={required} />
            </dt>
            <dd>{description && <Prose text={description} />}</dd>
          </div>
        ))}
      </dl>
    </>
  );

const Body = ({ operation: { requestBody } }: { operation: DocumentedOperation }) => {
  const content = requestBody?.content['application/json'];
  if (!requestBody || !content) return null;
  return (
    <>
      <h3>Body</h3>
      <p>
        <Kind schema={schemaNode(content.schema)} />
        {!requestBody.required && ', or none'}
      </p>
    </>
  );
};

/** A problem tells the codes that it may have here. */
const Answer = ({ status, answer: { description, content = {}, headers = {} } }: { status: string; answer: DocumentedAnswer }) => (
  <div>
    <dt>
      <span class={`status s${status.slice(0, 1)}`}>{status}</span>
    </dt>
    <dd>
      <Prose text={description} />
      {Object.entries(content).map(([type, { schema }]) => (
        <span class="content">
          {codesOf(schema)?.map((code) => <code>{code}</code>) ?? (
            <>
              {type}: <Kind schema={schemaNode(schema)} />
            </>
          )}
        </span>
      ))}
      {Object.entries(headers).map(([name, header]) => (
        <span class="content">
          <code>{name}</code> <Prose text={header.description} />
        </span>
      ))}
    </dd>
  </div>
);

function codesOf({ allOf }: Readonly<Record<string, unknown>>): readonly string[] | null {
  if (!Array.isArray(allOf)) return null;
  const codes = allOf.flatMap((part) => schemaNode(part).fields.filter(({ name }) => name === 'code'));
  return codes.flatMap(({ schema: { limits } }) => limits.flatMap((limit) => limit.split(' | ').map((code) => code.slice(1, -1))));
}

/** The fields of one named schema. */
export const Component = ({ name, schema }: { name: string; schema: unknown }) => {
  const node = schemaNode(schema);
  return (
    <section id={name} class="component">
      <h2>
        <code>{name}</code>
      </h2>
      {node.description !== null && (
        <p>
          <Prose text={node.description} />
        </p>
      )}
      <Fields schema={node} />
    </section>
  );
};
