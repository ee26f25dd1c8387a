/** What the benchmark's processes say to each other, and how one is started and ended. */

import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { Effect } from './ledger.ts';

const effect = z.object({
  path: z.string(),
  key: z.string(),
  body: z.record(z.string(), z.unknown()),
  status: z.number(),
  gave: z.string(),
}) satisfies z.ZodType<Effect>;

export const fromParticipants = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), url: z.string() }),
  z.object({ type: z.literal('done'), order: z.string(), at: z.number() }),
  z.object({ type: z.literal('books'), effects: z.array(effect) }),
]);

export type FromParticipants = Readonly<z.infer<typeof fromParticipants>>;

export const fromHost = z.object({ type: z.literal('ready'), url: z.string(), workerd: z.number(), inspector: z.string().nullable() });

export type FromHost = Readonly<z.infer<typeof fromHost>>;

export const hostAsked = z.object({
  config: z.string(),
  bundle: z.string(),
  state: z.string(),
  vars: z.record(z.string(), z.string()),
  isInspected: z.boolean(),
});

export type HostAsked = z.infer<typeof hostAsked>;

export class Child<Message extends { readonly type: string }> {
  readonly #child: ChildProcess;
  readonly #listeners = new Set<(message: Message) => void>();
  readonly #ended: Promise<string>;

  constructor(module: string, messages: z.ZodType<Message>, args: readonly string[] = []) {
    this.#child = fork(fileURLToPath(new URL(module, import.meta.url)), args, {
      env: { ...process.env, NODE_NO_WARNINGS: '1', WRANGLER_SEND_METRICS: 'false' },
    });
    this.#child.on('message', (told) => {
      const message = messages.parse(told);
      for (const listener of this.#listeners) listener(message);
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => resolve(`${module} ended with ${code ?? signal}`));
    });
  }

  on(listener: (message: Message) => void): void {
    this.#listeners.add(listener);
  }

  /** The next message of this type. Throws where the process ends before. */
  async next<Type extends Message['type']>(type: Type): Promise<Extract<Message, { type: Type }>> {
    const { promise, resolve } = Promise.withResolvers<Extract<Message, { type: Type }>>();
    const listener = (message: Message) => {
      if (isOfType(message, type)) resolve(message);
    };
    this.#listeners.add(listener);
    const told = await Promise.race([promise, this.#ended]);
    this.#listeners.delete(listener);
    if (typeof told === 'string') throw new Error(told);
    return told;
  }

  ask(): void {
    this.#child.send('go');
  }

  async stop(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await this.#ended;
  }

  stopNow(): void {
    this.#child.kill('SIGKILL');
  }
}

const isOfType = <Message extends { readonly type: string }, Type extends Message['type']>(
  message: Message,
  type: Type,
): message is Extract<Message, { type: Type }> => message.type === type;
