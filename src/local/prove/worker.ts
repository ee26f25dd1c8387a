/** A thread of `npm run prove`: goes through the configurations that it is given, one after the other, and tells what it found. */

import { parentPort } from 'node:worker_threads';
import { SAGAS } from '../../sagas/registry.ts';
import { configurationsOf } from './configurations.ts';
import { CORE } from './core.ts';
import { explore } from './explore.ts';
import { SHAPES } from './shapes.ts';
import type { Finding, Job, Progress } from './pool.ts';
import { breachOf } from './story.ts';

function find({ saga, version, at, maxStates }: Job, onProgress: (states: number, transitions: number) => void): Finding {
  const startedAt = performance.now();
  const definition = [...SAGAS, ...SHAPES].find((candidate) => candidate.name === saga && candidate.version === version);
  const configuration = definition && configurationsOf(definition)[at];
  if (!configuration) throw new Error(`There is no configuration ${at} of ${saga}`);
  const exploration = explore(CORE, configuration, { maxStates: Math.min(maxStates, configuration.mostStates), onProgress });
  const { states, transitions, isWhole } = exploration;
  return { type: 'found', states, transitions, isWhole, breach: breachOf(exploration), tookMs: performance.now() - startedAt };
}

const tell = (message: Finding | Progress): void => parentPort?.postMessage(message, []);

parentPort?.on('message', (job: Job) => {
  tell(find(job, (states, transitions) => tell({ type: 'progress', states, transitions })));
});
