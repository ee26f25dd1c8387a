/** `npm run demo`: starts the coordinator, places orders of every fate, shows what happened to each. Exit status 1 where one was not the expected. */

import { endWith } from '../ending.ts';
import { freePort, LocalWorker, prepare } from '../local-worker.ts';
import { newScratch, removeScratch } from '../scratch.ts';
import { apiAt } from './api.ts';
import { FATES } from './fates.ts';
import { header } from './page.ts';
import { paintFor } from './paint.ts';
import { perform } from './perform.ts';

/** Of 60 seconds it makes 1.8: short for who watches, long for a call between two processes of a busy machine. */
const TIME_SCALE = 0.03;

interface Stage {
  coordinator: LocalWorker | null;
  readonly directory: string;
  readonly stopping: AbortController;
  readonly print: (text: string) => void;
}

async function demonstrate(stage: Stage): Promise<0 | 1> {
  const { directory, stopping, print } = stage;
  const startedAt = Date.now();
  const secondsTaken = () => `${((Date.now() - startedAt) / 1_000).toFixed(1)} s`;
  print('\nStarting the coordinator and the simulated services on this machine ');
  await prepare(directory, stopping.signal);
  const coordinator = new LocalWorker({ port: await freePort(), directory, vars: { TIME_SCALE: String(TIME_SCALE) } });
  stage.coordinator = coordinator;
  await coordinator.whenReady(() => print('.'));
  print(` ready in ${secondsTaken()}\n`);
  const api = apiAt(coordinator.url, (url, init) => fetch(url, init));
  const paint = paintFor(process.stdout.isTTY, process.env['NO_COLOR']);
  const status = await perform(api, FATES, paint, (line) => print(`${line}\n`));
  print(`It took ${secondsTaken()}.\n`);
  return status;
}

async function main(): Promise<0 | 1> {
  process.stdout.write(`${header(FATES.length, TIME_SCALE)}\n`);
  const stopping = new AbortController();
  // What fails because it is being stopped is not worth telling.
  const print = (text: string) => void (stopping.signal.aborted || process.stdout.write(text));
  const stage: Stage = { coordinator: null, directory: newScratch('demo'), stopping, print };
  const stopNow = () => {
    stage.coordinator?.stopNow();
    removeScratch(stage.directory);
  };
  const stop = async () => stage.coordinator?.stop().finally(stopNow);
  endWith({ stop, stopNow }, stopping);
  let status: 0 | 1 = 1;
  try {
    status = await demonstrate(stage);
  } catch (error) {
    print(`\nThe demonstration broke off: ${String(error)}\n`);
  }
  const lastLines = status === 0 ? [] : (stage.coordinator?.lastLines() ?? []);
  if (lastLines.length > 0) print(['\nWhat the coordinator said last:', ...lastLines, ''].join('\n  '));
  await stop();
  return status;
}

process.exitCode = await main();
