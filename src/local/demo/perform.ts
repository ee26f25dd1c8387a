/** Plays all fates, a few at a time, tells each one's story in its turn, and judges every order twice: at its end and at the end of all. */

import type { Api } from './api.ts';
import type { Fate } from './fate.ts';
import { heading, storyLine, summary, verdictLines, type Result } from './page.ts';
import type { Paint } from './paint.ts';
import { play } from './play.ts';
import { Stage } from './stage.ts';
import { complaintsOf, exitStatus } from './verdict.ts';

const AT_ONCE = 6;

/** Returns the exit status: 0 where every fate and every ledger is the expected one, else 1. */
export async function perform(api: Api, fates: readonly Fate[], paint: Paint, print: (line: string) => void): Promise<0 | 1> {
  const stage = new Stage(print);
  const results: Result[] = [];
  const queue = fates.entries();
  const worker = async () => {
    for (const [turn, fate] of queue) results[turn] = await performOne(api, fate, turn, paint, stage);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const final = await Promise.all(results.map((result) => judgedAgain(api, result)));
  for (const line of summary(paint, final)) print(line);
  return exitStatus(final);
}

async function performOne(api: Api, fate: Fate, turn: number, paint: Paint, stage: Stage): Promise<Result> {
  stage.say(turn, heading(paint, turn + 1, fate));
  const result = await playAndJudge(api, fate, (line) => stage.say(turn, [line]), paint);
  stage.say(turn, verdictLines(paint, result));
  stage.end(turn);
  return result;
}

/** An order that could not be followed counts as not as expected; the others are told all the same. */
async function playAndJudge(api: Api, fate: Fate, say: (line: string) => void, paint: Paint): Promise<Result> {
  try {
    const outcome = await play(api, fate, (line, placedAt) => say(storyLine(paint, line, placedAt)));
    return { fate, outcome, complaints: complaintsOf(fate, outcome) };
  } catch (error) {
    return { fate, outcome: null, complaints: [String(error)] };
  }
}

/** What comes late, a second charge say, must not have changed the books. */
async function judgedAgain(api: Api, result: Result): Promise<Result> {
  const { fate, outcome, complaints } = result;
  if (!outcome || complaints.length > 0) return result;
  const { orderId } = fate;
  try {
    const later = { ...outcome, view: await api.view(orderId), ledgers: await api.ledgers(orderId) };
    return { fate, outcome: later, complaints: complaintsOf(fate, later).map((complaint) => `later, ${complaint}`) };
  } catch (error) {
    return { fate, outcome, complaints: [String(error)] };
  }
}
