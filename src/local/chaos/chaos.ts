/** `npm run chaos`: kills the coordinator again and again, and compares every order with the services' ledgers. Exit status 1 on any violation, or where too little came to pass. */

import { endWith } from '../ending.ts';
import { newScratch, removeScratch } from '../scratch.ts';
import { TIME_SCALE } from './boundaries.ts';
import { servicesAt, shopAt } from './client.ts';
import { Clock } from './clock.ts';
import { Customers, type Told } from './customers.ts';
import { findingsOf, isClean, type Findings } from './findings.ts';
import { FENCING, runStage, type Kill, type Scene } from './killing.ts';
import { lookWhenAtRest, outcomesOf, silenceFor } from './looking.ts';
import { Machines } from './machines.ts';
import { measureRecovery } from './measuring.ts';
import { HELP, readOptions } from './options.ts';
import { mayWaitUntil, planOf, type Options, type Plan, type Stage } from './plan.ts';
import { Progress } from './progress.ts';
import { header, table, violationText } from './report.ts';

const DEADLINE_MS = 1_800_000 * TIME_SCALE;

type Say = (text: string) => void;

async function run(plan: Plan, machines: Machines, clock: Clock, say: Say): Promise<Findings> {
  say('starting the participants and the coordinator');
  await machines.whenParticipantsAreReady();
  const services = servicesAt(machines.participantsUrl);
  const shop = shopAt(machines.coordinatorUrl);
  const customers = new Customers(shop, services, clock);
  const scene: Scene = { machines, services, customers, clock };
  const kills = await killAgainAndAgain(scene, plan, say);
  say('waiting for customers who have something left to do');
  await customers.quiet();
  const told = [...customers.told.values()];
  const first = await lookWhenAtRest(shop, clock, idsOf(told), silenceFor(Date.now(), lastDeadline(kills, plan.stages.length)), say);
  say('measuring the recovery: one more kill, then silence');
  const kill = await measureRecovery(scene, plan.recovery);
  say('comparing every order with the ledgers');
  const measured = [...customers.told.values()].slice(told.length);
  return findingsOf(await outcomesOf(shop, services, told, first), kills, {
    outcomes: await outcomesOf(shop, services, measured, first),
    kill,
  });
}

async function killAgainAndAgain(scene: Scene, { stages }: Plan, say: Say): Promise<readonly Kill[]> {
  const kills: Kill[] = [];
  let { readyAt } = await scene.machines.startCoordinator(FENCING);
  for (const [index, stage] of stages.entries()) {
    const made = await runStage(scene, stage, { held: heldBefore(stages[index - 1]), readyAt });
    readyAt = made.at(-1)?.readyAt ?? readyAt;
    kills.push(...made);
    say(`kill ${index + 1} of ${stages.length} (${stage.kind}), ${scene.customers.told.size} orders placed`);
  }
  return kills;
}

const idsOf = (told: readonly Told[]): readonly string[] => told.map(({ order }) => order.orderId);

const heldBefore = (stage: Stage | undefined) => (stage?.waves ?? []).flat().filter(({ situation }) => situation.isBusy === null);

/** The kills may be more than the stages: a later one is taken then. */
const lastDeadline = (kills: readonly Kill[], stages: number): number => {
  const until = mayWaitUntil(stages);
  return until === 0 ? 0 : (kills[until - 1 + kills.length - stages]?.readyAt ?? 0) + DEADLINE_MS;
};

async function chaos(options: Options): Promise<0 | 1> {
  const startedAt = Date.now();
  process.stdout.write(header(options));
  const directory = newScratch('chaos');
  const machines = await Machines.launch(directory, TIME_SCALE);
  const stopping = new AbortController();
  let isKept = false;
  const stopNow = () => {
    machines.stopNow();
    if (!isKept) removeScratch(directory);
  };
  const stop = () => machines.stop().finally(stopNow);
  endWith({ stop, stopNow }, stopping);
  const progress = new Progress(process.stdout);
  const print = (text: string) => void (stopping.signal.aborted || process.stdout.write(text));
  let status: 0 | 1 = 1;
  try {
    const findings = await run(planOf(options), machines, new Clock(stopping.signal), (text) => progress.say(text));
    progress.end();
    print(`\n${table(findings, options, Date.now() - startedAt)}\n`);
    for (const violation of findings.violations) print(`${violationText(violation, options)}\n`);
    isKept = !isClean(findings);
    status = isKept ? 1 : 0;
    if (isKept) print(`\nThe state of both processes is kept in ${directory}\n`);
  } catch (error) {
    progress.end();
    print(`\nThe run broke off: ${String(error)}\n${['What the processes said last:', ...machines.lastLines()].join('\n  ')}\n`);
  }
  await stop();
  return status;
}

const asked = readOptions(process.argv.slice(2), Math.floor(Math.random() * 1_000_000));
if (!asked.ok) {
  process.stderr.write(`${asked.refusal}. See --help\n`);
  process.exitCode = 2;
} else if (asked.value.type === 'help') process.stdout.write(`${HELP}\n`);
else process.exitCode = await chaos(asked.value);
