/** `npm run demo`: starts the coordinator, places orders of every fate, shows what happened to each. Exit status 1 where one was not the expected. */

import { endWith } from '../ending.ts';
import { freePort, LocalWorker } from '../local-worker.ts';
import { newScratch, removeScratch } from '../scratch.ts';
import { apiAt } from './api.ts';
import { FATES } from './fates.ts';
import { header } from './page.ts';
import { paintFor } from './paint.ts';
import { perform } from './perform.ts';

/** Of 60 seconds it makes 1.8: short for who watches, long for a call between two processes of a busy machine. */
const TIME_SCALE = 0.03;

async function demonstrate(coordinator: LocalWorker, print: (text: string) => void): Promise<0 | 1> {
  const startedAt = Date.now();
  const secondsTaken = () => `${((Date.now() - startedAt) / 1_000).toFixed(1)} s`;
  print('\nStarting the coordinator and the simulated services on this machine ');
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
  const port = await freePort();
  const directory = newScratch('demo');
  const coordinator = new LocalWorker({ port, directory, vars: { TIME_SCALE: String(TIME_SCALE) } });
  const stopNow = () => {
    coordinator.stopNow();
    removeScratch(directory);
  };
  const stop = () => coordinator.stop().finally(stopNow);
  const stopping = new AbortController();
  endWith({ stop, stopNow }, stopping);
  // What fails because it is being stopped is not worth telling.
  const print = (text: string) => void (stopping.signal.aborted || process.stdout.write(text));
  let status: 0 | 1 = 1;
  try {
    status = await demonstrate(coordinator, print);
  } catch (error) {
    print(`\nThe demonstration broke off: ${String(error)}\n`);
  }
  const lastLines = status === 0 ? [] : coordinator.lastLines();
  if (lastLines.length > 0) print(['\nWhat the coordinator said last:', ...lastLines, ''].join('\n  '));
  await stop();
  return status;
}

process.exitCode = await main();
