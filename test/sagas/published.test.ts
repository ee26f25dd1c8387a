/** The guard: what was published stays what it is. When it fails it says what to do. */

import { describe, expect, it } from 'vitest';
import { problemsOf } from '../../src/local/published/guard.ts';
import { SAGAS } from '../../src/sagas/registry.ts';

const files: Readonly<Record<string, string>> = import.meta.glob('/src/sagas/published/*.json', {
  query: '?raw',
  import: 'default',
  eager: true,
});

const records = Object.fromEntries(
  Object.entries(files).map(([path, text]): [string, unknown] => [path.replace('/src/sagas/published/', ''), JSON.parse(text)]),
);

describe('every published saga', () => {
  it('is what it was when it was published', () => {
    const problems = problemsOf(SAGAS, records);
    if (problems.length > 0) throw new Error(`\n\n${problems.join('\n\n')}\n`);
    expect(Object.keys(records)).toHaveLength(SAGAS.length);
  });
});
