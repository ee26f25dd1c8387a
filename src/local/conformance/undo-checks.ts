/** Whether what was done is undone: once, by its key alone, and for ever. */

import { A_PERSON, effectOf, fault, good, isNo, type Check, type Finding } from './check.ts';
import { doneOnce } from './repeated-call.ts';
import type { Said, Service } from './service.ts';

const AT_ONCE = 6;
const RACES = 4;

/** An undo of what was done, held against what it should say. */
function ofWhatWasDone(service: Service, { answer, words }: Said): Finding {
  if (answer.type === 'succeeded') return good(words);
  const { staysDone } = service.subject.harm;
  if (answer.type === 'nothing_to_undo') return fault(words, `${staysDone}. Nobody is told: it says that there was nothing`);
  return fault(words, `${staysDone}, until a person sees to it`);
}

const UNDO: Check = {
  name: 'an undo',
  did: 'sent a call, and its undo with the id that was answered',
  expected: 'a 2xx, and not {"undone": false}',
  needs: 'undo',
  find: async (service) => {
    const { done, output } = await doneOnce(service);
    return ofWhatWasDone(service, await service.settled(service.undoOf(done, output)));
  },
};

const BY_KEY_ALONE: Check = {
  name: 'an undo that knows no id',
  did: 'sent a call, and its undo with null for the id, as after a lost answer: `undoes` is the key of the call',
  expected: 'a 2xx, and not {"undone": false}',
  needs: 'undo',
  find: async (service) => {
    const { done } = await doneOnce(service);
    return ofWhatWasDone(service, await service.settled(service.undoOf(done, null)));
  },
};

const UNDO_AGAIN: Check = {
  name: 'the same undo again',
  did: 'sent an undo twice, with the same key',
  expected: 'the same answer twice',
  needs: 'undo',
  find: async (service) => {
    const { done, output } = await doneOnce(service);
    const undo = service.undoOf(done, output);
    const first = await service.settled(undo);
    const again = await service.settled(undo);
    if (again.words === first.words) return good('the same answer');
    if (again.answer.type === 'nothing_to_undo') return good(again.words);
    const { undoneTwice } = service.subject.harm;
    if (again.answer.type === 'succeeded') return fault(`another answer: ${again.words}`, `${undoneTwice}, whenever an answer is lost`);
    return fault(again.words, `Where the answer to an undo is lost, ${A_PERSON}`);
  },
};

const TWO_UNDOS: Check = {
  name: 'a second undo, under another key',
  did: 'sent an undo, and another of the same call under a key of its own',
  expected: '{"undone": false} or 404 to the second',
  needs: 'undo',
  find: async (service) => {
    const { done, output } = await doneOnce(service);
    await service.settled(service.undoOf(done, output));
    const { answer, words } = await service.settled(service.undoOf(done, output, 'undo.again'));
    if (answer.type === 'nothing_to_undo' || isNo(answer)) return good(words);
    if (answer.type === 'succeeded') return fault(words, service.subject.harm.undoneTwice);
    return fault(words, `It is asked again and again; then ${A_PERSON}`);
  },
};

const UNDOS_AT_ONCE: Check = {
  name: `${AT_ONCE} undos at once`,
  did: `sent ${AT_ONCE} undos of one call at once, each under a key of its own`,
  expected: 'one that undoes it; to the others {"undone": false}, or that they should come again',
  needs: 'undo',
  find: async (service) => {
    for (let round = 1; ; round++) {
      const { finding, haveMet } = await undosAtOnce(service);
      if (finding.kind !== 'good' || haveMet || round === RACES) return finding;
    }
  },
};

async function undosAtOnce(service: Service): Promise<{ readonly finding: Finding; readonly haveMet: boolean }> {
  const { done, output } = await doneOnce(service);
  const undos = Array.from({ length: AT_ONCE }, (_, at) => service.undoOf(done, output, `undo.${at}`));
  const { said, haveMet } = await service.settledAtOnce(undos);
  const undone = said.filter(({ answer }) => answer.type === 'succeeded').length;
  const { undoneTwice, staysDone } = service.subject.harm;
  if (undone === 1) return { finding: good('one undid it'), haveMet };
  if (undone > 1) return { finding: fault(`${undone} undid it`, `${undoneTwice}, when undos come side by side`), haveMet };
  return { finding: fault(said[0]?.words ?? '', `${staysDone}, when undos come side by side`), haveMet };
}

const UNDO_FIRST: Check = {
  name: 'an undo before its do',
  did: 'sent the undo of a call that never came',
  expected: '{"undone": false} or 404',
  needs: 'undo',
  find: async (service) => {
    const { answer, words } = await service.settled(service.undoOf(service.newDo(), null));
    if (answer.type === 'nothing_to_undo') return good(words);
    if (answer.type === 'succeeded') {
      return fault(words, 'It says that it undid what never was. For an order that got no answer, nobody can know what is true');
    }
    return fault(words, `When the service was away during the call, ${A_PERSON}, though nothing happened`);
  },
};

const DO_LATE: Check = {
  name: 'a do after its undo',
  did: 'sent an undo first, and then the call that it undoes, twice',
  expected: 'a refusal (409 undone), each time: this is fencing',
  needs: 'undo',
  find: async (service) => {
    const done = service.newDo();
    await service.settled(service.undoOf(done, null));
    const said = [await service.settled(done), await service.settled(done)];
    const late = said.find(({ answer }) => answer.type === 'succeeded');
    if (late) return unfenced(service, late.words);
    const strange = said.find(({ answer }) => !isNo(answer));
    return strange ? fault(strange.words, `A late call is tried again and again; then ${A_PERSON}`) : good(said[0]?.words ?? '');
  },
};

const unfenced = (service: Service, came: string): Finding => ({
  kind: 'lacking',
  came,
  means: `${service.subject.harm.doneLate}, when the call was held up on its way. The coordinator then waits, asks again, and in the end asks a person`,
  without: 'fences',
});

const REPEATED_AFTER_UNDO: Check = {
  name: 'a do repeated after its undo',
  did: 'sent a call, its undo, and the call again',
  expected: 'what the call was answered at first, or a refusal',
  needs: 'undo',
  find: async (service) => {
    const { done, said, output } = await doneOnce(service);
    await service.settled(service.undoOf(done, output));
    const again = await service.settled(done);
    if (isNo(again.answer) || effectOf(again.answer) === effectOf(said.answer)) return good(again.words);
    return fault(again.words, `${service.subject.harm.doneLate}: the key was forgotten with the undo`);
  },
};

const BOTH_AT_ONCE: Check = {
  name: 'a do and its undo at once',
  did: `sent a call and its undo at once, ${RACES} times`,
  expected: 'the undo undoes it, or the call is refused',
  needs: 'undo',
  find: async (service) => {
    for (let race = 0; race < RACES; race++) {
      const done = service.newDo();
      const { said } = await service.settledAtOnce([done, service.undoOf(done, null)]);
      const [call, undo] = said;
      if (call?.answer.type === 'succeeded' && undo && undo.answer.type !== 'succeeded') {
        const came = `the call: ${call.words}; the undo: ${undo.words}`;
        return undo.answer.type === 'nothing_to_undo'
          ? unfenced(service, came)
          : fault(came, `Of an order that is cancelled in between, ${A_PERSON}`);
      }
    }
    return good('nothing stays done');
  },
};

export const UNDO_CHECKS: readonly Check[] = [
  UNDO,
  BY_KEY_ALONE,
  UNDO_AGAIN,
  TWO_UNDOS,
  UNDOS_AT_ONCE,
  UNDO_FIRST,
  DO_LATE,
  REPEATED_AFTER_UNDO,
  BOTH_AT_ONCE,
];
