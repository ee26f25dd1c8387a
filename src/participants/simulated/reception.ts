/**
 * Takes a request, lets the fault that stands for it strike, and answers. What has an effect is done synchronously in one
 * transaction; what is awaited comes before it or after it, never within.
 */

import type { Call, CallLog } from './calls.ts';
import { callbackUrl } from './callbacks.ts';
import type { Fault, FaultSwitches } from './faults.ts';
import type { Later } from './later.ts';
import type { Operations, Treatment } from './operations.ts';
import { refusal, type Answer } from './service.ts';

/** As good as never, for any caller. A timer stands behind it, since the runtime ends a request that waits for nothing at all. */
const NEVER_MS = 3_600_000;

const SERVE: Treatment = { kind: 'serve' };

export interface ReceptionParts {
  readonly storage: DurableObjectStorage;
  readonly operations: Operations;
  readonly faults: FaultSwitches;
  readonly log: CallLog;
  readonly later: Later;
}

export class Reception {
  readonly #parts: ReceptionParts;
  /** Callers that still wait for a request of theirs to arrive, by the id of its row. */
  readonly #waiting = new Map<number, (answer: Answer) => void>();

  constructor(parts: ReceptionParts) {
    this.#parts = parts;
  }

  operation(call: Call): Promise<Response> {
    const { faults, log } = this.#parts;
    const fault = faults.take(call.route, call.orderId);
    return this.#strike(call, log.add(call, fault?.kind ?? null, Date.now()), fault);
  }

  probe(call: Call): Promise<Response> {
    const { faults, log, operations } = this.#parts;
    const fault = faults.take(call.route, call.orderId);
    const logId = log.add(call, fault?.kind ?? null, Date.now());
    return this.#distort(logId, () => operations.probe(call.key), fault);
  }

  /** A request that can't be an operation: no key, no such route. */
  turnAway(call: Call, answer: Answer): Response {
    return this.#answer(this.#parts.log.add(call, null, Date.now()), answer);
  }

  /** What was on its way arrives now, whether its caller still waits or not. */
  arrive(id: number, call: Call, logId: number): void {
    const answer = this.#perform(call, logId, SERVE, () => this.#parts.later.done(id));
    this.#parts.log.answered(logId, answer.status);
    this.#waiting.get(id)?.(answer);
    this.#waiting.delete(id);
  }

  /** Faults that decide whether and when the operation is done. */
  #strike(call: Call, logId: number, fault: Fault | null): Promise<Response> {
    switch (fault?.kind) {
      case 'refuse':
        return this.#served(call, logId, { kind: 'refuse', answer: refusal(fault.status, fault.code, fault.message) });
      case 'replay': {
        const answer = refusal(fault.status, 'internal_error', 'Simulated failure');
        return this.#served(call, logId, { kind: 'break', answer, effect: fault.effect });
      }
      case 'no_fence':
        return this.#served(call, logId, { kind: 'serve_unfenced' });
      case 'accept':
        return Promise.resolve(this.#answer(logId, this.#accept(call, logId, fault)));
      case 'late':
        return this.#waitFor(call, logId, fault.delay_ms);
      default:
        return this.#distort(logId, () => this.#perform(call, logId, SERVE), fault, call.key);
    }
  }

  /** Faults of the answer. `effect` is what the service does of itself; it is called once at most, before anything is awaited. */
  async #distort(logId: number, effect: () => Answer, fault: Fault | null, key?: string): Promise<Response> {
    switch (fault?.kind) {
      case 'fail':
        return this.#failure(logId, fault);
      case 'gateway':
        this.#parts.log.answered(logId, fault.status);
        return new Response(null, { status: fault.status });
      case 'fail_after':
        effect();
        return this.#failure(logId, fault);
      case 'hang':
        return silence();
      case 'lose_answer':
        effect();
        return silence();
      case 'drop':
        if (fault.effect) effect();
        throw new Error('The simulated connection broke');
      case 'slow':
        return this.#slowly(logId, effect, fault.delay_ms, key);
      case 'garbage':
        effect();
        this.#parts.log.answered(logId, 200);
        return new Response('<!doctype html><title>It works</title>', { headers: { 'content-type': 'text/html' } });
      case 'no_probe':
        return this.#answer(logId, { status: 404, body: {} });
      default:
        return this.#answer(logId, effect());
    }
  }

  async #served(call: Call, logId: number, treatment: Treatment): Promise<Response> {
    return this.#answer(logId, this.#perform(call, logId, treatment));
  }

  #perform(call: Call, logId: number, treatment: Treatment, also: (isAccepted: boolean) => void = () => undefined): Answer {
    const { storage, operations, log } = this.#parts;
    return storage.transactionSync(() => {
      const { answer, isDuplicate, isAccepted } = operations.perform(call, treatment, Date.now());
      if (isDuplicate) log.wasDuplicate(logId);
      also(isAccepted);
      return answer;
    });
  }

  #accept(call: Call, logId: number, fault: Extract<Fault, { kind: 'accept' }>): Answer {
    const refused = fault.outcome === 'refused' ? { code: fault.code, message: fault.message } : null;
    return this.#perform(call, logId, { kind: 'accept' }, (isAccepted) => {
      const work = { kind: 'settle', call, refused, callbackUrl: callbackUrl(fault, call) } as const;
      if (isAccepted) this.#parts.later.add(work, fault.delay_ms, Date.now());
    });
  }

  async #waitFor(call: Call, logId: number, delayMs: number): Promise<Response> {
    const id = this.#parts.later.add({ kind: 'arrive', call, logId }, delayMs, Date.now());
    const answer = await new Promise<Answer>((resolve) => this.#waiting.set(id, resolve));
    return Response.json(answer.body, { status: answer.status });
  }

  async #slowly(logId: number, effect: () => Answer, delayMs: number, key: string | undefined): Promise<Response> {
    const answer = effect();
    const release = key === undefined ? undefined : this.#parts.operations.hold(key);
    await scheduler.wait(delayMs);
    release?.();
    return this.#answer(logId, answer);
  }

  #failure(logId: number, fault: Extract<Fault, { kind: 'fail' | 'fail_after' }>): Response {
    this.#parts.log.answered(logId, fault.status);
    const { code, retry_after } = { code: undefined, retry_after: undefined, ...fault };
    const headers = retry_after === undefined ? {} : { 'retry-after': retry_after };
    return Response.json({ ...(code !== undefined && { code }), message: 'Simulated failure' }, { status: fault.status, headers });
  }

  #answer(logId: number, { status, body }: Answer): Response {
    this.#parts.log.answered(logId, status);
    return Response.json(body, { status });
  }
}

async function silence(): Promise<Response> {
  await scheduler.wait(NEVER_MS);
  return new Response(null, { status: 504 });
}
