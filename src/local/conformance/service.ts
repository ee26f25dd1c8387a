/**
 * The service under test, spoken to as the coordinator does: by its client, with its table of answers. It makes real calls, and remembers
 * what it did so that it can be undone.
 */

import { ParticipantClient } from '../../participants/client.ts';
import type { Answer, ProbeAnswer } from '../../saga/answer.ts';
import type { Output } from '../../saga/definition.ts';
import { anything } from '../../saga/read-answer.ts';
import type { OperationRequest } from '../../saga/request.ts';
import { atOnce, type Send } from './bad-manners.ts';
import type { Subject } from './subject.ts';

export interface Said {
  readonly answer: Answer;
  /** The answer as it came, for people. */
  readonly words: string;
}

export interface AtOnce {
  readonly said: readonly Said[];
  /** One had to come again because of another: so they were there at the same time. */
  readonly haveMet: boolean;
}

export interface Manner {
  readonly notAfter?: number;
  readonly send?: Send;
  readonly isUnsigned?: boolean;
}

const TENANT = 'conformance';
const TIMEOUT_MS = 30_000;
const IN_TIME_MS = 600_000;
/** Longer than whatever a crashed attempt may hold its key for. */
const PATIENCE_MS = 75_000;
const MOST_FAILURES = 4;
/** Whoever asks sooner than a service wishes has to be told the same again. */
const BUSY_MS = 500;
const LONGEST_WORDS = 200;

export class Service {
  readonly subject: Subject;
  readonly #baseUrl: string;
  readonly #secret: string | undefined;
  readonly run = Date.now().toString(36);
  #orders = 0;
  #idNames: readonly string[] = [];
  readonly #done: OperationRequest[] = [];

  constructor(subject: Subject, baseUrl: string, secret: string | undefined) {
    this.subject = subject;
    this.#baseUrl = baseUrl.replace(/\/+$/, '');
    this.#secret = secret;
  }

  get isSigned(): boolean {
    return this.#secret !== undefined;
  }

  /** A do of a new order. */
  newDo(): OperationRequest {
    const { name: participant, step, path, read, isAcceptedDone, body } = this.subject;
    const orderId = `${this.run}-${++this.#orders}`;
    const key = `${TENANT}.${orderId}.${step}.do`;
    const operation = { participant, idempotencyKey: key, step, direction: 'do', path, body: JSON.stringify(body(orderId)), read } as const;
    const made = { ...operation, acceptedIsDone: isAcceptedDone };
    this.#done.push(made);
    return made;
  }

  /** With what the do answered; null: its answer was lost. */
  undoOf(done: OperationRequest, output: Output | null, by = 'undo'): OperationRequest {
    const { undo, step, name: participant } = this.subject;
    if (!undo) throw new Error(`${participant} has no undo`);
    const undoes = done.idempotencyKey;
    const body = JSON.stringify({ ...undo.body(orderIdOf(undoes), output, this.#idNames), undoes });
    const key = `${undoes.replace(/do$/, '')}${by}`;
    return { participant, idempotencyKey: key, step, direction: 'undo', path: undo.path, body, read: anything, acceptedIsDone: false };
  }

  /** One attempt. */
  async call(operation: OperationRequest, manner: Manner = {}): Promise<Said> {
    let words = 'no answer';
    const { send = fetch } = manner;
    const heard: Send = async (url, init) => {
      const response = await send(url, init);
      words = `${response.status} ${await response.clone().text()}`.trim().slice(0, LONGEST_WORDS);
      return response;
    };
    const answer = await this.#client(heard, manner.isUnsigned ?? false).call(operation, this.#details(operation, TIMEOUT_MS, manner));
    return { answer, words };
  }

  /** One attempt of each, which all arrive at the same moment. */
  callAtOnce(operations: readonly OperationRequest[]): Promise<readonly Said[]> {
    const send = atOnce(operations.length);
    return Promise.all(operations.map((operation) => this.call(operation, { send })));
  }

  /** Attempts, as the coordinator makes them, until the service says what became of it. */
  async settled(operation: OperationRequest): Promise<Said> {
    return this.#settledAfter(await this.call(operation), operation);
  }

  /** The same, of operations whose first attempts all arrive at the same moment. */
  async settledAtOnce(operations: readonly OperationRequest[]): Promise<AtOnce> {
    const send = atOnce(operations.length);
    const attempts = operations.map(async (operation) => {
      const first = await this.call(operation, { send });
      return { first, last: await this.#settledAfter(first, operation) };
    });
    const all = await Promise.all(attempts);
    return { said: all.map(({ last }) => last), haveMet: all.some(({ first }) => isBusy(first)) };
  }

  async #settledAfter(first: Said, operation: OperationRequest): Promise<Said> {
    const giveUpAt = Date.now() + PATIENCE_MS;
    let said = first;
    for (let failures = 0; ;) {
      if (said.answer.type === 'succeeded') this.#remember(said.answer.output);
      if (said.answer.type === 'accepted') return this.#result(operation, said, giveUpAt);
      if (said.answer.type !== 'unanswered') return said;
      if (!isBusy(said)) failures++;
      if (failures >= MOST_FAILURES || Date.now() > giveUpAt) return said;
      await pause(isBusy(said) ? BUSY_MS : Math.max(said.answer.retryAfterMs ?? 0, 100 * 2 ** failures));
      said = await this.call(operation);
    }
  }

  probe(operation: OperationRequest): Promise<ProbeAnswer> {
    return this.#client(fetch, false).probe(operation, this.#details(operation, TIMEOUT_MS, {}));
  }

  /** Takes back whatever may still stand. Returns how much that was. */
  async tidyUp(): Promise<number> {
    if (!this.subject.undo) return 0;
    let undone = 0;
    for (const done of this.#done) {
      const { answer } = await this.call(this.undoOf(done, null, 'tidy'));
      if (answer.type === 'succeeded') undone++;
    }
    return undone;
  }

  /** What was accepted has its result elsewhere; from here it can only be probed for. */
  async #result(operation: OperationRequest, accepted: Said, giveUpAt: number): Promise<Said> {
    for (;;) {
      const found = await this.probe(operation);
      if (found.type === 'succeeded' || found.type === 'refused' || found.type === 'nothing_to_undo') return { ...accepted, answer: found };
      if (found.type !== 'running' || Date.now() > giveUpAt) return accepted;
      await pause(500);
    }
  }

  #remember(output: Output): void {
    if (this.#idNames.length === 0) this.#idNames = Object.keys(output);
  }

  #client(send: (url: string, init: RequestInit) => Promise<Response>, isUnsigned: boolean): ParticipantClient {
    return new ParticipantClient({ baseUrl: this.#baseUrl, fetch: send }, isUnsigned ? undefined : this.#secret);
  }

  #details({ idempotencyKey }: OperationRequest, timeoutMs: number, { notAfter = Date.now() + IN_TIME_MS }: Manner) {
    const traceId = crypto.randomUUID().replaceAll('-', '');
    return { tenant: TENANT, orderId: orderIdOf(idempotencyKey), attempt: 1, timeoutMs, notAfter, traceId };
  }
}

/** It was told that the same is under way. */
export const isBusy = ({ answer }: Said): boolean => answer.type === 'unanswered' && answer.code === 'idempotency_key_in_use';

const orderIdOf = (key: string): string => key.split('.')[1] ?? '';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
