/**
 * A call whose caller hangs up while the service is at work. When that is nobody knows from here, so it is tried at several moments of the
 * time that an answer takes, and again where nothing was met.
 */

import type { OperationRequest } from '../../saga/request.ts';
import { hangingUp } from './bad-manners.ts';
import { effectOf, fault, good, unseen, type Check, type Finding } from './check.ts';
import { compared, doneOnce } from './repeated-call.ts';
import type { Service } from './service.ts';

/** Of the time that the answer to such a call takes: denser at the beginning, since on a busy machine that time seems longer than it is. */
const MOMENTS = [0, 1 / 16, 1 / 8, 1 / 4, 3 / 8, 1 / 2, 3 / 4, 7 / 8];
/** A service that is done with them at once is tried more often; one that holds on to what was broken off is not kept waiting for again. */
const MOST_ROUNDS = 4;
const ENOUGH_MS = 4_000;
const FOUND_WITHIN_MS = 3_000;

export const LOST_ANSWER: Check = {
  name: 'an answer that is lost',
  did: 'sent a call, hung up before the answer came, and sent it again, twice',
  expected: 'what the first attempt did, and nothing beside it',
  needs: 'do',
  find: async (service) => {
    const enoughAt = Date.now() + ENOUGH_MS;
    for (let round = 1; ; round++) {
      const takesMs = await timeOf(service);
      const findings = await Promise.all(MOMENTS.map((moment) => afterHangUp(service, moment * takesMs)));
      const worst = findings.find(({ kind }) => kind === 'fault') ?? findings.find(({ kind }) => kind !== 'good');
      if (worst) return worst;
      if (round === MOST_ROUNDS || Date.now() > enoughAt) return good('the same answer each time');
    }
  },
};

async function timeOf(service: Service): Promise<number> {
  const begun = performance.now();
  await doneOnce(service);
  return performance.now() - begun;
}

async function afterHangUp(service: Service, hangUpAfterMs: number): Promise<Finding> {
  const done = service.newDo();
  const answered = await service.call(done, { send: hangingUp(hangUpAfterMs) });
  if (answered.answer.type === 'succeeded') return compared(service, answered.answer, await service.settled(done));
  const found = await foundByProbe(service, done);
  if (found === 'no_probe') return withoutProbe(service, done);
  const first = await service.settled(done);
  if (first.answer.type !== 'succeeded') {
    return fault(first.words, 'Where an answer is lost, so is the call: the order is rolled back, or waits for a person');
  }
  if (found !== null && found !== effectOf(first.answer)) {
    const came = `the probe found ${found}, and the repeated call was answered ${first.words}`;
    return fault(came, `${service.subject.harm.doneTwice}, whenever an answer is lost`);
  }
  return compared(service, first.answer, await service.settled(done));
}

/** The repeated calls may agree with each other, and not with the first. */
async function withoutProbe(service: Service, done: OperationRequest): Promise<Finding> {
  const first = await service.settled(done);
  const finding = compared(service, first.answer, await service.settled(done));
  if (finding.kind !== 'good') return finding;
  return unseen('the repeated calls had the same answer; whether the first did something of its own, only a probe could tell');
}

/** What an attempt did that nobody waited for. Null where it never came. */
async function foundByProbe(service: Service, done: OperationRequest): Promise<string | null> {
  const giveUpAt = Date.now() + FOUND_WITHIN_MS;
  for (;;) {
    const found = await service.probe(done);
    if (found.type === 'succeeded') return effectOf(found);
    if (found.type === 'no_probe') return 'no_probe';
    if (Date.now() > giveUpAt) return null;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
