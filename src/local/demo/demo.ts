/** `npm run demo`: starts the coordinator, places orders of every fate, shows what happened to each. Exit status 1 where one was not the expected. */

import { apiAt } from './api.ts';
import { Coordinator } from './coordinator.ts';
import { FATES } from './fates.ts';
import { header } from './page.ts';
import { paintFor } from './paint.ts';
import { perform } from './perform.ts';

/** Of 60 seconds it makes 1.8: short for who watches, long for a call between two processes of a busy machine. */
const TIME_SCALE = 0.03;

/** The exit status of a process that a signal ends: 128 and the signal's number. */
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

async function demonstrate(coordinator: Coordinator, print: (text: string) => void): Promise<0 | 1> {
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

/** Whatever ends this process ends the coordinator first. A second signal does not wait any more. */
function stopWith(coordinator: Coordinator, stopping: AbortController): void {
  const stop = (status: number) => {
    if (stopping.signal.aborted) process.exit(status);
    stopping.abort();
    void coordinator.stop().finally(() => process.exit(status));
  };
  for (const [signal, status] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      process.stdout.write(`\nStopped by ${signal}.\n`);
      stop(status);
    });
  }
  // Nobody reads on: `npm run demo | head`.
  process.stdout.once('error', () => stop(1));
  process.once('exit', () => coordinator.stopNow());
}

async function main(): Promise<0 | 1> {
  process.stdout.write(`${header(FATES.length, TIME_SCALE)}\n`);
  const coordinator = await Coordinator.launch(TIME_SCALE);
  const stopping = new AbortController();
  stopWith(coordinator, stopping);
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
  await coordinator.stop();
  return status;
}

process.exitCode = await main();
