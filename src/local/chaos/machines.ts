/** The two processes: the participants, which are never killed, and the coordinator, which is killed and started again on the same state. */

import { join } from 'node:path';
import { freePort, LocalWorker, prepare } from '../local-worker.ts';
import { SERVICE_NAMES } from '../../participants/simulated/services.ts';

export interface Started {
  /** When it was asked to start. */
  readonly commandAt: number;
  /** When it first answered /healthz. */
  readonly readyAt: number;
}

/**
 * Which participants are declared to fence. They all do, but for orders whose faults keep the payment service from it: where it is not
 * declared, the coordinator has to wait and ask again before it believes that a charge never happened.
 */
export type Fencing = 'all' | 'all_but_payment';

const DECLARED: Readonly<Record<Fencing, string>> = {
  all: declared(SERVICE_NAMES),
  all_but_payment: declared(SERVICE_NAMES.filter((name) => name !== 'payment')),
};

function declared(names: readonly string[]): string {
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, { fences: true }])));
}

export class Machines {
  readonly coordinatorUrl: string;
  readonly participantsUrl: string;
  readonly #participants: LocalWorker;
  readonly #startCoordinator: (fencing: Fencing) => LocalWorker;
  #coordinator: LocalWorker | null = null;

  private constructor(directory: string, ports: readonly [number, number], timeScale: number) {
    this.#participants = new LocalWorker({ port: ports[0], directory: join(directory, 'participants'), vars: {} });
    this.participantsUrl = this.#participants.url;
    this.coordinatorUrl = `http://127.0.0.1:${ports[1]}`;
    const urls = SERVICE_NAMES.map((name) => [`${name.toUpperCase()}_URL`, `${this.participantsUrl}/simulated/services/${name}`] as const);
    const vars = { ...Object.fromEntries(urls), TIME_SCALE: String(timeScale) };
    this.#startCoordinator = (fencing) =>
      new LocalWorker({ port: ports[1], directory: join(directory, 'coordinator'), vars: { ...vars, PARTICIPANTS: DECLARED[fencing] } });
  }

  /** Starts the participants' process. Whatever happens then, it has to be stopped. */
  static async launch(directory: string, timeScale: number): Promise<Machines> {
    await prepare(join(directory, 'coordinator'));
    return new Machines(directory, [await freePort(), await freePort()], timeScale);
  }

  whenParticipantsAreReady(): Promise<void> {
    return this.#participants.whenReady();
  }

  async startCoordinator(fencing: Fencing): Promise<Started> {
    const commandAt = Date.now();
    this.#coordinator = this.#startCoordinator(fencing);
    await this.#coordinator.whenReady();
    return { commandAt, readyAt: Date.now() };
  }

  /** SIGKILL to its whole process group. Returns when that was. */
  async killCoordinator(): Promise<number> {
    const killedAt = Date.now();
    await this.#coordinator?.kill();
    return killedAt;
  }

  /** What they said last, for when something went wrong. */
  lastLines(): readonly string[] {
    return [...this.#participants.lastLines(), ...(this.#coordinator?.lastLines() ?? [])];
  }

  async stop(): Promise<void> {
    await Promise.all([this.#participants.stop(), this.#coordinator?.stop()]);
  }

  stopNow(): void {
    this.#participants.stopNow();
    this.#coordinator?.stopNow();
  }
}
