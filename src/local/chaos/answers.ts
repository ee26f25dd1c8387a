/** Whether the coordinator answered its customers as it has to, whenever nobody was killing it. Pure. */

import type { Answered } from './customers.ts';

/** `decide`, `cancel`: it may be too late for them, or too early. */
const RIGHT: Readonly<Record<Answered['asked'], ReadonlySet<number>>> = {
  place: new Set([202]),
  cancel: new Set([200, 202, 409]),
  decide: new Set([200, 409]),
};

/** From the kill to the first answer of the coordinator that was started again. */
interface Outage {
  readonly killedAt: number;
  readonly readyAt: number;
}

/** What had no answer says nothing: a busy machine takes its time. */
export const answerComplaints = (answers: readonly Answered[], outages: readonly Outage[]): readonly string[] =>
  answers.flatMap((answer) => {
    const { asked, status } = answer;
    const isWrong = typeof status === 'number' && !RIGHT[asked].has(status) && !outages.some((outage) => fellInto(answer, outage));
    return isWrong ? [`"${asked}" was answered ${status}, and nobody was killing`] : [];
  });

const fellInto = ({ from, to }: Answered, { killedAt, readyAt }: Outage): boolean => from <= readyAt && to >= killedAt;
