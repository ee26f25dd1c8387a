/**
 * `npm run bench`: Backstitch beside the same saga on Cloudflare Workflows and beside a bare object, in one run on one machine. Ends with
 * status 1 where an order of any of them came out wrong. What is faster is for people to judge: no time limit is a failure.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { Progress } from '../../../src/local/chaos/progress.ts';
import { endWith } from '../../../src/local/ending.ts';
import { newScratch, removeScratch } from '../../../src/local/scratch.ts';
import { runBeside, type Stage } from './beside.ts';
import { chart } from './chart.ts';
import { countAll } from './counts.ts';
import { measureGrowth } from './growth.ts';
import { listenTo } from './load.ts';
import { HELP, readOptions, type Options } from './options.ts';
import { profileOrders } from './profile.ts';
import { Child, fromParticipants, type FromParticipants } from './processes.ts';
import { countsTable, growthTable, profileTable, table } from './report.ts';

async function beside(stage: Stage, options: Options): Promise<readonly string[]> {
  const before = loadavg();
  const measured = await runBeside(stage, options.rounds, options.loads);
  const counts = await countAll(stage);
  const machine = { cores: availableParallelism(), loadBefore: before, loadAfter: loadavg() };
  write(options, 'bench.json', json({ machine, rounds: options.rounds, measured, counts }));
  write(options, 'bench.svg', chart(measured));
  return [
    `${options.rounds} rounds: the middle one, and the lowest and highest in brackets. ${machine.cores} cores, load ${one(before)} before, ${one(machine.loadAfter)} after.`,
    ...table(measured),
    ...countsTable(counts),
    '',
    `Every order of every round is right in the services' books. Written to ${options.out}: bench.json, bench.svg`,
  ];
}

const one = (average: readonly number[]): string => (average[0] ?? 0).toFixed(1);

const json = (figures: object): string => `${JSON.stringify(figures, null, 2)}\n`;

function write({ out }: Options, name: string, text: string): void {
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, name), text);
}

async function growth(stage: Stage, options: Options): Promise<readonly string[]> {
  const measured = await measureGrowth(stage, options.upTo);
  write(options, 'growth.json', json(measured));
  return [...growthTable(measured), '', `Written to ${options.out}: growth.json`];
}

async function profile(stage: Stage, options: Options): Promise<readonly string[]> {
  const { cpuprofile, ...profiled } = await profileOrders(stage);
  write(options, 'backstitch.cpuprofile', cpuprofile);
  return [...profileTable(profiled), '', `Written to ${options.out}: backstitch.cpuprofile, for a browser's developer tools`];
}

const MODES = { beside, growth, profile };

async function main(options: Options): Promise<void> {
  const directory = newScratch('bench');
  const participants = new Child<FromParticipants>('participants.ts', fromParticipants);
  const progress = new Progress(process.stderr);
  const running: Stage['running'] = [];
  const stop = async () => {
    await Promise.all([...running.map(({ child }) => child.stop()), participants.stop()]);
    removeScratch(directory);
  };
  endWith({ stop, stopNow: () => removeScratch(directory) }, new AbortController());
  try {
    const { url } = await participants.next('ready');
    listenTo(participants);
    const stage: Stage = { directory, participants, participantsUrl: url, say: (text) => progress.say(text), running };
    const lines = await MODES[options.mode](stage, options);
    progress.end();
    console.log(lines.join('\n'));
  } finally {
    progress.end();
    await stop();
  }
}

const options = readOptions(process.argv.slice(2));
if (!options.ok) {
  console.error(`${options.refusal}\n\n${HELP}`);
  process.exitCode = 1;
} else if (options.value === 'help') {
  console.log(HELP);
} else {
  await main(options.value);
}
