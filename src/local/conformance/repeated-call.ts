/** A call that went well, and what is said when it is repeated. */

import type { Answer } from '../../saga/answer.ts';
import { effectOf, fault, good, isNameless, isNo, NAMELESS, TURNED_BACK, unseen, type Finding } from './check.ts';
import type { Said, Service } from './service.ts';

/** A do under a new key, which went well. Throws where it does not, since the first check is that it does. */
export async function doneOnce(service: Service) {
  const done = service.newDo();
  const said = await service.settled(done);
  if (said.answer.type !== 'succeeded') throw new Error(`A call that went well before was answered: ${said.words}`);
  return { done, said, output: said.answer.output };
}

/** A repeated call, held against the first. */
export function compared(service: Service, first: Answer, again: Said): Finding {
  const { doneTwice } = service.subject.harm;
  if (effectOf(again.answer) === effectOf(first)) return isNameless(first) ? unseen(NAMELESS) : good('the same answer');
  if (again.answer.type === 'succeeded') return fault(`another answer: ${again.words}`, `${doneTwice}, whenever an answer is lost`);
  if (isNo(again.answer)) {
    return fault(again.words, `${TURNED_BACK}, though it was done; where it is then not undone, that is for nothing`);
  }
  return fault(again.words, 'An order whose answer was lost can’t find it again: it is rolled back, though all went well');
}
