/** What a module brings with it: its imports, and theirs. */

import { describe, expect, it } from 'vitest';
import { MODULES } from './sources.ts';

/** Static and dynamic imports, and what is exported from elsewhere. A type alone brings nothing, but is followed all the same. */
const IMPORTS = /^(?:import|export)\b[^;'"`]*? from '([^'\n]+)'|^import '([^'\n]+)'|\bimport\('([^'\n]+)'\)/gm;

const importsOf = (path: string): readonly string[] =>
  [...sourceOf(path).matchAll(IMPORTS)].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '');

function sourceOf(path: string): string {
  const source = MODULES[path];
  if (source === undefined) throw new Error(`There is no module ${path}`);
  return source;
}

const isRelative = (specifier: string): boolean => specifier.startsWith('.');

/** What browsers are given, and the Worker holds as text. */
const isText = (specifier: string): boolean => /\.(?:css|client\.js)$/.test(specifier);

const resolved = (specifier: string, from: string): string => new URL(specifier, `file://${from}`).pathname;

/** Every module that is reached from this one, itself included. */
function reachedFrom(entry: string): ReadonlySet<string> {
  const reached = new Set<string>([entry]);
  for (const path of reached) {
    const modules = importsOf(path).filter((specifier) => isRelative(specifier) && !isText(specifier));
    for (const specifier of modules) reached.add(resolved(specifier, path));
  }
  return reached;
}

const isForLocalUse = (path: string): boolean => path.startsWith('/src/local/') || path.startsWith('/src/participants/simulated/');

/** What people run beside the Worker. */
const isCommand = (path: string): boolean => path.startsWith('/src/operations/');

/** What other services take out of here. */
const isKit = (path: string): boolean => path.startsWith('/src/participants/kit/');

describe('the deployed Worker', () => {
  const reached = [...reachedFrom('/src/index.ts')];

  it('holds no simulated service, no fault switch and nothing that is for local use or for others', () =>
    expect(reached.filter((path) => isForLocalUse(path) || isCommand(path) || isKit(path))).toEqual([]));

  it('holds everything else', () => {
    const isDeployed = (path: string) => !isForLocalUse(path) && !isCommand(path) && !isKit(path) && !path.endsWith('.d.ts');
    const deployable = Object.keys(MODULES).filter(isDeployed);
    expect(reached.toSorted()).toEqual(deployable.toSorted());
  });

  it('depends on nothing but what runs in production', () => {
    const packages = reached.flatMap(importsOf).filter((specifier) => !isRelative(specifier));
    expect(
      packages.filter((name) => !/^(?:cloudflare:workers|node:crypto|zod|standardwebhooks|hono(?:\/.+)?|@hono\/.+)$/.test(name)),
    ).toEqual([]);
  });
});

it('the Worker for local use holds the deployed one, and the simulated services beside it', () => {
  const local = reachedFrom('/src/local/worker.ts');
  expect([...reachedFrom('/src/index.ts')].filter((path) => !local.has(path))).toEqual([]);
  expect([...local].filter(isForLocalUse)).toContain('/src/participants/simulated/faults.ts');
});

it('the participant kit can be taken out: it reaches nothing but itself and what the README has installed', () => {
  const reached = [...reachedFrom('/src/participants/kit/index.ts')];
  expect(reached.filter((path) => !isKit(path))).toEqual([]);
  const packages = reached.flatMap(importsOf).filter((specifier) => !isRelative(specifier));
  expect([...new Set(packages)].toSorted()).toEqual(['hono', 'hono/factory', 'standardwebhooks', 'zod']);
});

it('the core of the saga reaches nothing but itself', () => {
  const core = Object.keys(MODULES).filter((path) => path.startsWith('/src/saga/'));
  const reached = core.flatMap((path) => importsOf(path).map((specifier) => resolved(specifier, path)));
  expect(reached.filter((path) => !path.startsWith('/src/saga/'))).toEqual([]);
});
