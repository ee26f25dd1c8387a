/**
 * Whether the sagas in the registry are what was published. Orders in flight end on the version that they began with, so a published
 * version is never changed; where one was, this says what it is, and what to do about it.
 */

import type { SagaDefinition } from '../../saga/definition.ts';
import { isRecord } from '../../saga/read-answer.ts';
import { shapeOf, type Shape } from './shape.ts';

export const RECORDS = 'src/sagas/published';

const COMMAND = 'npm run record-saga';

/** The name of the file that a version is recorded in. */
export const recordName = ({ name, version }: Pick<SagaDefinition, 'name' | 'version'>): string => `${name}.${version}.json`;

/** `records`: what was published, by file name. Each problem is a text of its own for whoever made it. */
export function problemsOf(sagas: readonly SagaDefinition[], records: Readonly<Record<string, unknown>>): readonly string[] {
  const names = sagas.map(recordName);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  const gone = Object.keys(records).filter((name) => !names.includes(name));
  return [
    ...twice.map((name) => `The registry has two definitions for ${name.replace('.json', '')}: give one of them the next version.`),
    ...sagas.flatMap((saga) => problemOf(saga, records[recordName(saga)], sagas) ?? []),
    ...gone.map(isGone),
  ];
}

function problemOf(saga: SagaDefinition, record: unknown, sagas: readonly SagaDefinition[]): string | null {
  if (record === undefined) return isNew(saga);
  const shape = shapeOf(saga);
  const differences = differencesOf(record, shape);
  return differences.length > 0 ? isChanged(shape, differences, sagas) : null;
}

const isNew = (saga: SagaDefinition): string =>
  `${saga.name} version ${saga.version} is not recorded yet. Before you deploy it run \`${COMMAND}\`, and commit ${RECORDS}/${recordName(saga)}.`;

const isGone = (file: string): string =>
  `${RECORDS}/${file} is of a version that the registry does not have any more: orders in flight on it would be left to a person.\n` +
  'Put it back into src/sagas/registry.ts. If nothing can happen to an order of it any more, delete the file as well.';

function isChanged({ saga, version }: Shape, differences: readonly string[], sagas: readonly SagaDefinition[]): string {
  const next = Math.max(...sagas.filter(({ name }) => name === saga).map((other) => other.version)) + 1;
  const file = `${RECORDS}/${recordName({ name: saga, version })}`;
  return [
    `${saga} version ${version} is not what was published:`,
    ...differences.map((difference) => `  - ${difference}`),
    'Orders in flight began on what was published and have to end on it: what is called again has to be the same, byte for byte.',
    `Take the change back, and make it in a copy with \`version: ${next}\`. Add the copy to src/sagas/registry.ts beside version ${version},`,
    `run \`${COMMAND}\`, and commit both. New orders begin on the newest version.`,
    `Only if version ${version} was never deployed: delete ${file} and run \`${COMMAND}\`.`,
  ].join('\n');
}

/** Where two values differ, in words: the way to the place, then what it was and is. */
function differencesOf(was: unknown, is: unknown, place: readonly string[] = []): readonly string[] {
  if (isRecord(was) && isRecord(is))
    return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((key) => differencesOf(was[key], is[key], [...place, key]));
  if (text(was) === text(is)) return [];
  const where = place.join(' > ');
  if (was === undefined) return [`${where} is new`];
  return is === undefined ? [`${where} is gone`] : [`${where} was ${text(was)}, is ${text(is)}`];
}

/** Bodies are texts already. */
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : JSON.stringify(value));
