/** The contestants beside each other: started, warmed up, and then round by round, each load for one after the other. */

import { CONTESTANTS, type Name } from './contestant.ts';
import { figuresOf, type Figures } from './figures.ts';
import type { Load } from './load.ts';
import type { Child, FromParticipants } from './processes.ts';
import { playRound, type Round } from './round.ts';
import { start, type Running } from './running.ts';

export interface Stage {
  readonly directory: string;
  readonly participants: Child<FromParticipants>;
  readonly participantsUrl: string;
  readonly say: (text: string) => void;
  /** To be ended, whatever happens. */
  readonly running: Running[];
}

export interface Measured {
  readonly contestant: Name;
  readonly load: Load;
  readonly figures: Figures;
}

const WARM_UP: Load = { inFlight: 16, orders: 200, items: 2 };

/** Throws where an order came out wrong: figures of wrong orders are worth nothing. */
export async function runBeside(stage: Stage, rounds: number, loads: readonly Load[]): Promise<readonly Measured[]> {
  for (const contestant of CONTESTANTS) {
    stage.say(`${contestant.title} is started`);
    stage.running.push(await start(contestant, stage.directory, stage.participantsUrl));
  }
  for (const running of stage.running) {
    stage.say(`${running.contestant.title} is warmed up`);
    await rightRound(stage, running, 'warm', WARM_UP);
  }
  const played = new Map<string, Round[]>();
  const total = rounds * loads.length * stage.running.length;
  let begun = 0;
  for (let round = 1; round <= rounds; round += 1) {
    for (const load of loads) {
      for (const running of stage.running) {
        const { name, title } = running.contestant;
        stage.say(`${(begun += 1)} of ${total}: round ${round}, ${load.inFlight} in flight, ${title}`);
        const key = keyOf(name, load);
        played.set(key, [...(played.get(key) ?? []), await rightRound(stage, running, `r${round}-${load.inFlight}`, load)]);
      }
    }
  }
  return loads.flatMap((load) =>
    CONTESTANTS.map(({ name }) => ({ contestant: name, load, figures: figuresOf(played.get(keyOf(name, load)) ?? []) })),
  );
}

const keyOf = (name: Name, { inFlight }: Load): string => `${name}/${inFlight}`;

export async function rightRound(stage: Stage, running: Running, name: string, load: Load): Promise<Round> {
  const round = await playRound(running, stage.participants, name, load);
  const { wrong } = round;
  if (wrong.length > 0) {
    throw new Error(
      `${running.contestant.title}: ${wrong.length} findings in the services' books, these first:\n${wrong.slice(0, 10).join('\n')}`,
    );
  }
  return round;
}
