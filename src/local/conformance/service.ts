/**
 * The service under test, spoken to as the coordinator does: by its client, with its table of answers. It makes real calls, and remembers
 * what it did so that it can be undone.
 */

import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { ParticipantClient } from '../../participants/client.ts';
import type { Answer, ProbeAnswer } from '../../saga/answer.ts';
import type { Output } from '../../saga/definition.ts';
import { anything } from '../../saga/read-answer.ts';
import type { OperationRequest } from '../../saga/request.ts';
import type { Subject } from './subject.ts';

export interface Said {
  readonly answer: Answer;
  /** The answer as it came, for people. */
  readonly words: string;
}

export interface Manner {
  readonly notAfter?: number;
  /** Hangs up so long after the request is sent, whatever comes. */
  readonly hangUpAfterMs?: number;
  readonly isUnsigned?: boolean;
}

const TENANT = 'conformance';
const TIMEOUT_MS = 30_000;
const HANG_UP_MS = 200;
const IN_TIME_MS = 600_000;
/** Longer than whatever a crashed attempt may hold its key for. */
const PATIENCE_MS = 75_000;
const MOST_FAILURES = 4;
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
    const { hangUpAfterMs } = manner;
    const send = async (url: string, init: RequestInit): Promise<Response> => {
      if (hangUpAfterMs !== undefined) return hungUp(url, init, hangUpAfterMs);
      const response = await fetch(url, init);
      words = `${response.status} ${await response.clone().text()}`.trim().slice(0, LONGEST_WORDS);
      return response;
    };
    const client = this.#client(send, manner.isUnsigned ?? false);
    const answer = await client.call(operation, this.#details(operation, hangUpAfterMs === undefined ? TIMEOUT_MS : HANG_UP_MS, manner));
    return { answer, words };
  }

  /** Attempts, as the coordinator makes them, until the service says what became of it. */
  async settled(operation: OperationRequest): Promise<Said> {
    const giveUpAt = Date.now() + PATIENCE_MS;
    for (let failures = 0; ;) {
      const said = await this.call(operation);
      if (said.answer.type === 'succeeded') this.#remember(said.answer.output);
      if (said.answer.type === 'accepted') return this.#result(operation, said, giveUpAt);
      if (said.answer.type !== 'unanswered') return said;
      const isBusy = said.answer.code === 'idempotency_key_in_use';
      if (!isBusy) failures++;
      if (failures >= MOST_FAILURES || Date.now() > giveUpAt) return said;
      await pause(Math.max(said.answer.retryAfterMs ?? 0, isBusy ? 200 : 100 * 2 ** failures));
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

const orderIdOf = (key: string): string => key.split('.')[1] ?? '';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Sends all of the request, and is gone before the answer. It then has none, ever. */
function hungUp(url: string, init: RequestInit, afterMs: number): Promise<Response> {
  const send = url.startsWith('https:') ? requestSecure : requestPlain;
  const headers = Object.fromEntries(new Headers(init.headers));
  const request = send(url, { method: init.method ?? 'GET', headers, agent: false });
  // It is torn down on purpose.
  request.on('error', () => undefined);
  request.end(init.body, () => setTimeout(() => request.destroy(), afterMs));
  return new Promise(() => undefined);
}
