/**
 * A world of participants around the pure core, played by a tape of small numbers: what each call does, what is lost, what comes late,
 * what happens in between. It keeps the books, so that the order's end can be held against them.
 */

import type { Answer, ProbeAnswer } from '../../src/saga/answer.ts';
import { operationParts, type OperationId } from '../../src/saga/operation.ts';
import type { Scenario } from './scenario.ts';

/** So many moves are more than any order needs. */
const MAX_MOVES = 2_000;

const OUTPUTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  reserve_inventory: { reservation_id: 'r' },
  process_payment: { payment_id: 'p' },
  create_shipment: { shipment_id: 's', tracking_number: 't' },
};

const LOST: Answer = { type: 'unanswered', code: 'timed_out', message: '', mayHaveHappened: true };

export class World {
  /** Steps whose effect stands. */
  readonly standing = new Set<string>();
  readonly #order: Scenario;
  readonly #tape: readonly number[];
  readonly #fences: boolean;
  #position = 0;
  /** What was answered first under a key is answered for ever. */
  readonly #refused = new Set<string>();
  readonly #undone = new Set<string>();
  readonly #late: string[] = [];
  /** Of those, the ones whose participant calls back when they happen. */
  readonly #promised = new Set<string>();

  constructor(order: Scenario, tape: readonly number[], fences: boolean) {
    this.#order = order;
    this.#tape = tape;
    this.#fences = fences;
  }

  /** Plays the order to its rest; then everything that is still on its way arrives. */
  play(): void {
    for (let moves = 0; moves < MAX_MOVES; moves += 1) {
      if (!this.#order.state?.ending) this.#move();
      else if (this.#late.length > 0) this.#arrive();
      else return;
    }
  }

  /** The tape's next number below `count`; 0, the kindest, when the tape has run out. */
  #pick(count: number): number {
    const number = this.#tape[this.#position] ?? 0;
    this.#position += 1;
    return number % count;
  }

  #move(): void {
    for (let times = this.#pick(4); times > 0; times -= 1) this.#interfere();
    if (this.#order.state?.ending) return;
    const owing = (this.#order.next()?.owed ?? []).filter((item) => item.type !== 'hand' || item.at <= this.#order.now);
    const owed = owing[this.#pick(Math.max(owing.length, 1))];
    if (!owed) return this.#wait();
    switch (owed.type) {
      case 'call':
      case 'await':
        return this.#answer(owed.operation);
      case 'probe':
        return this.#answerProbe(owed.operation);
      case 'hand':
        this.#order.when({ type: 'deliver', step: owed.step, direction: owed.direction });
        for (const id of this.#calling(owed.step, owed.direction)) this.#answer(id);
        return;
      default:
        owed satisfies never;
    }
  }

  #calling(step: string, direction: 'do' | 'undo'): readonly OperationId[] {
    return Object.entries(this.#order.state?.operations ?? {})
      .filter(([id, { phase }]) => phase === 'calling' && id.startsWith(`${step}.${direction}`))
      .map(([id]) => id);
  }

  /** People, crashes, stale reports and the clock, between any two moves. */
  #interfere(): void {
    const calling = Object.entries(this.#order.state?.operations ?? {}).find(([, { phase }]) => phase === 'calling')?.[0];
    switch (this.#pick(14)) {
      case 1:
        return void this.#order.when({ type: 'cancel', reason: null });
      case 2:
        return void this.#order.when({ type: 'approve', decision: this.#pick(2) === 0 ? 'approve' : 'reject', by: 'ann', note: null });
      case 3:
        if (calling) this.#order.when({ type: 'interrupted', operation: calling });
        return;
      case 4:
        if (calling) this.#order.when({ type: 'answered', operation: calling, attempt: 0, answer: { type: 'succeeded', output: {} } });
        return;
      case 5:
        this.#order.later(this.#pick(40) * 60_000).when({ type: 'tick' });
        return;
      case 6:
        return this.#arrive();
      case 7:
        return this.#callBack();
      default:
        this.#order.when({ type: 'tick' });
    }
  }

  /** What was on its way for long is there. */
  #arrive(): void {
    const [step] = this.#late.splice(0, 1);
    if (step === undefined) return;
    this.#happen(step);
    if (this.#promised.delete(step)) this.#tell(step);
  }

  /** A participant tells of a call what is true by now, asked or not, again or not. */
  #callBack(): void {
    const begun = Object.keys(this.#order.state?.operations ?? {}).map((id) => operationParts(id).step);
    const step = begun[this.#pick(Math.max(begun.length, 1))];
    if (step !== undefined) this.#tell(step);
  }

  #tell(step: string): void {
    const operation = `${step}.do`;
    if (!this.#order.state?.operations[operation]) return;
    const succeeded = { type: 'succeeded', output: OUTPUTS[step] ?? {} } as const;
    const refused = { type: 'refused', code: 'no', message: '' } as const;
    if (this.standing.has(step)) this.#order.when({ type: 'called_back', operation, answer: succeeded });
    else if (this.#refused.has(step)) this.#order.when({ type: 'called_back', operation, answer: refused });
  }

  /** Nothing is owed now: until something falls due, or a person decides. */
  #wait(): void {
    const next = this.#order.next();
    const dues = (next?.owed ?? []).map((item) => (item.type === 'hand' ? item.at : this.#order.now));
    const at = Math.min(...dues, next?.wakeAt ?? Number.POSITIVE_INFINITY);
    if (at === Number.POSITIVE_INFINITY) throw new Error('The order sleeps for ever');
    if (this.#order.state?.approvals.at(-1)?.decision === null && this.#pick(3) === 0) {
      this.#order.when({ type: 'approve', decision: 'approve', by: 'ann', note: null });
      return;
    }
    this.#order.now = Math.max(at, this.#order.now);
    this.#order.when({ type: 'tick' });
  }

  #answer(id: OperationId): void {
    const { step, direction } = operationParts(id);
    this.#order.answer(id, direction === 'do' ? this.#call(step) : this.#undo(id, step));
  }

  #call(step: string): Answer {
    if (this.#refused.has(step)) return { type: 'refused', code: 'no', message: '' };
    const choice = this.#pick(10);
    if (choice >= 8 && !this.standing.has(step) && !this.#late.includes(step)) {
      this.#late.push(step);
      this.#promised.add(step);
      return choice === 8 ? { type: 'refused', code: 'no', message: '' } : LOST;
    }
    if (choice === 1 && !this.standing.has(step) && !this.#late.includes(step)) {
      this.#refused.add(step);
      return { type: 'refused', code: 'no', message: '' };
    }
    if (choice === 2) return LOST;
    if (choice === 3) this.#late.push(step);
    if (choice === 3) return LOST;
    if (choice === 4) return { type: 'turned_away', code: 'http_401', message: '' };
    this.#happen(step);
    if (choice === 5) return LOST;
    if (choice === 6) return { type: 'accepted' };
    return { type: 'succeeded', output: OUTPUTS[step] ?? {} };
  }

  /** The effect, unless it is refused: under this key already, or by a fence. Under one key it is there once. */
  #happen(step: string): void {
    if (this.#refused.has(step) || (this.#fences && this.#undone.has(step)) || this.#undone.has(`${step} for good`)) return;
    this.standing.add(step);
  }

  #undo(id: OperationId, step: string): Answer {
    switch (this.#pick(7)) {
      case 1:
        return LOST;
      case 4:
        this.#reverse(step);
        return { type: 'accepted' };
      case 2:
        return { type: 'refused', code: id.endsWith('.undo') ? 'already_dispatched' : 'no', message: '' };
      case 3:
        this.#reverse(step);
        return LOST;
      default:
        return this.#reverse(step) ? { type: 'succeeded', output: {} } : { type: 'nothing_to_undo' };
    }
  }

  /** Whether it is undone now, by this call or by one before it under the same key. */
  #reverse(step: string): boolean {
    this.#undone.add(step);
    if (this.standing.delete(step)) this.#undone.add(`${step} for good`);
    return this.#undone.has(`${step} for good`);
  }

  #answerProbe(id: OperationId): void {
    this.#order.when({ type: 'probed', operation: id, answer: this.#probe(id) });
  }

  #probe(id: OperationId): ProbeAnswer {
    const { step, direction } = operationParts(id);
    const choice = this.#pick(4);
    if (choice === 1) return { type: 'no_probe' };
    if (choice === 2) return { type: 'unanswered' };
    if (direction === 'undo') return this.#undone.has(`${step} for good`) ? { type: 'succeeded', output: {} } : { type: 'never_seen' };
    if (this.#refused.has(step)) return { type: 'refused', code: 'no', message: '' };
    return this.standing.has(step) ? { type: 'succeeded', output: OUTPUTS[step] ?? {} } : { type: 'never_seen' };
  }
}
