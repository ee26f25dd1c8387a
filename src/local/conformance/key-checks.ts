/** Whether a key is answered once and for ever. */

import { effectOf, fault, good, isNameless, isNo, NAMELESS, TURNED_BACK, unseen, type Check, type Finding } from './check.ts';
import { LOST_ANSWER } from './lost-answer.ts';
import { compared, doneOnce } from './repeated-call.ts';
import { isBusy, type Said, type Service } from './service.ts';

const AT_ONCE = 8;
/** A service that takes them one after the other may yet let two through now and then. */
const MOST_ROUNDS = 3;

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
    for (let round = 1; ; round++) {
      const { finding, haveMet } = await atOnceFound(service);
      if (finding.kind !== 'good' || haveMet || round === MOST_ROUNDS) return finding;
    }
  },
};

async function atOnceFound(service: Service): Promise<{ readonly finding: Finding; readonly haveMet: boolean }> {
  const done = service.newDo();
  const said = await service.callAtOnce(Array.from({ length: AT_ONCE }, () => done));
  return { finding: oneForAll(service, said, await service.settled(done)), haveMet: said.some(isBusy) };
}

function oneForAll(service: Service, said: readonly Said[], last: Said): Finding {
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
