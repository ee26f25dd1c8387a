/** As many threads as this machine has processors: each configuration is gone through on its own, whatever becomes of the others. */

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** A saga's configuration, by its place in `configurationsOf`: what holds functions does not cross over to a thread. */
export interface Job {
  readonly saga: string;
  readonly version: number;
  readonly at: number;
  readonly maxStates: number;
}

export interface Progress {
  readonly type: 'progress';
  readonly states: number;
  readonly transitions: number;
}

export interface Finding {
  readonly type: 'found';
  readonly states: number;
  readonly transitions: number;
  /** Every situation was seen. */
  readonly isWhole: boolean;
  /** Line by line; empty where no law is broken. */
  readonly breach: readonly string[];
  readonly tookMs: number;
}

/** What is found of each job, in the order of the jobs, each as soon as it and those before it are done. */
export async function* findings(jobs: readonly Job[], onProgress: (at: number, progress: Progress) => void): AsyncGenerator<Finding> {
  const waiting = jobs.map((job, at) => ({ job, at, ...Promise.withResolvers<Finding>() }));
  const results = waiting.map(({ promise }) => promise);
  const left = [...waiting];
  const workers = Array.from(
    { length: Math.min(availableParallelism(), jobs.length) },
    () => new Worker(new URL('./worker.ts', import.meta.url)),
  );
  for (const worker of workers) {
    const takeNext = () => {
      const next = left.shift();
      worker.removeAllListeners();
      if (!next) {
        void worker.terminate();
        return;
      }
      worker.on('error', next.reject);
      worker.on('message', (message: Finding | Progress) => {
        if (message.type === 'progress') {
          onProgress(next.at, message);
        } else {
          next.resolve(message);
          takeNext();
        }
      });
      worker.postMessage(next.job, []);
    };
    takeNext();
  }
  for (const result of results) yield await result;
}
