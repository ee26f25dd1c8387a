/** The API's document for people: one page, rendered here, with no script and nothing from elsewhere. */

import { html } from 'hono/html';
import type { ApiDocument } from '../openapi/document-shape.ts';
import { Component, Operation, type Listed } from './operation-view.tsx';

export const referencePage = (document: ApiDocument, stylesheet: string) =>
  html`<!doctype html>${<Reference document={document} stylesheet={stylesheet} />}`;

const Reference = ({ document, stylesheet }: { document: ApiDocument; stylesheet: string }) => {
  const operations = operationsOf(document);
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${document.info.title} API`}</title>
        <link rel="stylesheet" href={stylesheet} />
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to the content
        </a>
        <header>
          <h1>{document.info.title} API</h1>
          <p>{document.info.description}</p>
          <p>
            As a document for programs: <a href="/openapi.json">OpenAPI {document.openapi}</a>
          </p>
        </header>
        <Contents operations={operations} />
        <main id="content" tabindex={-1}>
          {operations.map((listed) => (
            <Operation {...listed} />
          ))}
          {Object.entries(document.components.schemas).map(([name, schema]) => (
            <Component name={name} schema={schema} />
          ))}
        </main>
      </body>
    </html>
  );
};

/** Those of orders first. */
const operationsOf = ({ paths }: ApiDocument): readonly Listed[] =>
  Object.entries(paths)
    .toSorted(([left], [right]) => rank(left) - rank(right))
    .flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ method, path, operation })));

const rank = (path: string): number => (path.startsWith('/api/v1/orders') ? 0 : path.startsWith('/api/') ? 1 : 2);

const Contents = ({ operations }: { operations: readonly Listed[] }) => (
  <nav aria-label="Operations">
    <ul>
      {operations.map(({ method, path, operation }) => (
        <li>
          <a href={`#${operation.operationId}`}>
            <span class={`method ${method}`}>{method.toUpperCase()}</span> <code>{path}</code>
          </a>{' '}
          {operation.summary}
        </li>
      ))}
    </ul>
  </nav>
);
