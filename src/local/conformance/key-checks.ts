/** Whether a key is answered once and for ever. */

import type { Answer } from '../../saga/answer.ts';
import type { OperationRequest } from '../../saga/request.ts';
import { effectOf, fault, good, isNameless, isNo, NAMELESS, TURNED_BACK, unseen, type Check, type Finding } from './check.ts';
import type { Said, Service } from './service.ts';

const AT_ONCE = 8;
/** At once, and while a service that takes its time is at work. */
const HANG_UPS_MS = [0, 20];
const FOUND_WITHIN_MS = 3_000;

/** A do under a new key, which went well. Throws where it does not, since the first check is that it does. */
export async function doneOnce(service: Service) {
  const done = service.newDo();
  const said = await service.settled(done);
  if (said.answer.type !== 'succeeded') throw new Error(`A call that went well before was answered: ${said.words}`);
  return { done, said, output: said.answer.output };
}

export const ONE_CALL: Check = {
  name: 'one call',
  did: 'sent one call under a new key',
  expected: 'a 2xx with the fields that the step needs',
  needs: 'do',
  find: async (service) => {
    const { answer, words } = await service.settled(service.newDo());
    if (answer.type === 'succeeded') return good(words);
    if (answer.type === 'accepted') return unseen(`${words}; the result comes by callback, which can’t be seen from here without a probe`);
    return fault(words, 'No order gets past this step');
  },
};

/** A repeated call, held against the first. */
function compared(service: Service, first: Answer, again: Said): Finding {
  const { doneTwice } = service.subject.harm;
  if (effectOf(again.answer) === effectOf(first)) return isNameless(first) ? unseen(NAMELESS) : good('the same answer');
  if (again.answer.type === 'succeeded') return fault(`another answer: ${again.words}`, `${doneTwice}, whenever an answer is lost`);
  if (isNo(again.answer)) {
    return fault(again.words, `${TURNED_BACK}, though it was done; where it is then not undone, that is for nothing`);
  }
  return fault(again.words, 'An order whose answer was lost can’t find it again: it is rolled back, though all went well');
}

const THE_SAME_AGAIN: Check = {
  name: 'the same call again',
  did: 'sent the same call twice, with the same key',
  expected: 'the same answer twice',
  needs: 'do',
  find: async (service) => {
    const { done, said } = await doneOnce(service);
    return compared(service, said.answer, await service.settled(done));
  },
};

const ALL_AT_ONCE: Check = {
  name: `the same call, ${AT_ONCE} times at once`,
  did: `sent the same call ${AT_ONCE} times at once, and once more when all were answered`,
  expected: 'one and the same answer, or 409 idempotency_key_in_use in the meantime',
  needs: 'do',
  find: async (service) => {
    const done = service.newDo();
    const said = await Promise.all(Array.from({ length: AT_ONCE }, () => service.call(done)));
    const last = await service.settled(done);
    const effects = new Set([...said, last].map(({ answer }) => effectOf(answer)).filter((effect) => effect !== null));
    const { doneTwice } = service.subject.harm;
    if (effects.size > 1) {
      return fault(
        `${effects.size} different ones: ${[...effects].slice(0, 2).join(', ')}, ...`,
        `${doneTwice}, when a call is repeated that is still under way`,
      );
    }
    const no = said.find(({ answer }) => isNo(answer));
    if (no) return fault(no.words, `${TURNED_BACK}, while the same call goes through beside it`);
    if (effects.size === 0) return fault(last.words, 'A call that is repeated while it is under way is never answered');
    const waiting = said.filter(({ answer }) => answer.type !== 'succeeded').length;
    if (isNameless(last.answer)) return unseen(NAMELESS);
    return good(waiting === 0 ? 'one answer for all' : `one answer, and ${waiting} were asked to come again`);
  },
};

const LOST_ANSWER: Check = {
  name: 'an answer that is lost',
  did: 'sent a call, hung up before the answer came, and sent it again, twice',
  expected: 'what the first attempt did, and nothing beside it',
  needs: 'do',
  find: async (service) => {
    for (const ms of HANG_UPS_MS) {
      const finding = await afterHangUp(service, ms);
      if (finding.kind !== 'good') return finding;
    }
    return good('the same answer each time');
  },
};

async function afterHangUp(service: Service, hangUpAfterMs: number): Promise<Finding> {
  const done = service.newDo();
  await service.call(done, { hangUpAfterMs });
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

const ANOTHER_BODY: Check = {
  name: 'another body under the same key',
  did: 'sent a call, and then one with another body under its key',
  expected: '422 idempotency_key_reused',
  needs: 'do',
  find: async (service) => {
    const { done, said } = await doneOnce(service);
    const { body } = service.newDo();
    const again = await service.settled({ ...done, body });
    if (isNo(again.answer)) return good(again.words);
    const isSame = effectOf(again.answer) === effectOf(said.answer);
    if (isSame)
      return fault(
        `the answer of the first: ${again.words}`,
        'A key that is used wrongly goes unseen: one order is told what was done for another',
      );
    return fault(again.words, `${service.subject.harm.doneTwice}: the key is not what it goes by`);
  },
};

const TOO_LATE: Check = {
  name: 'a call that comes too late',
  did: 'sent a call whose Saga-Not-After was over a minute ago',
  expected: '410',
  needs: 'do',
  find: async (service) => {
    const { answer, words } = await service.call(service.newDo(), { notAfter: Date.now() - 60_000 });
    if (isNo(answer)) return good(words);
    const { doneLate } = service.subject.harm;
    return { kind: 'lacking', came: words, means: `${doneLate}, when a call was held up on its way. Only fencing still helps` };
  },
};

const UNSIGNED: Check = {
  name: 'a call that nobody signed',
  did: 'sent a call without a signature',
  expected: '401',
  needs: 'secret',
  find: async (service) => {
    const { answer, words } = await service.call(service.newDo(), { isUnsigned: true });
    return isNo(answer) ? good(words) : fault(words, 'Whoever finds the address can give orders to it');
  },
};

export const KEY_CHECKS: readonly Check[] = [THE_SAME_AGAIN, ALL_AT_ONCE, LOST_ANSWER, ANOTHER_BODY, TOO_LATE, UNSIGNED];
