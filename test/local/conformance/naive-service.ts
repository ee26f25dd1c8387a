/** A payment service over real HTTP that is a good participant but for one fault. It keeps everything in memory. */

import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import * as z from 'zod';

export type Flaw =
  | 'none'
  | 'knows_no_keys'
  | 'keeps_the_key_when_it_is_done'
  | 'forgets_when_the_caller_hangs_up'
  | 'looks_at_no_body'
  | 'refuses_what_comes_twice'
  | 'fails_what_comes_twice'
  | 'undoes_by_id_alone'
  | 'undoes_nothing'
  | 'answers_an_undo_anew'
  | 'undoes_under_each_key'
  | 'looks_before_it_undoes'
  | 'fails_an_early_undo'
  | 'undoes_what_never_was'
  | 'does_not_fence'
  | 'forgets_what_was_undone'
  | 'fences_too_late'
  | 'has_no_probe'
  | 'has_a_probe_that_forgets'
  | 'has_a_probe_that_knows_all'
  | 'takes_its_time'
  | 'asks_for_no_signature';

interface Said {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const IN_USE: Said = { status: 409, body: { code: 'idempotency_key_in_use' } };
const NOTHING: Said = { status: 200, body: { undone: false } };
const UNDONE: Said = { status: 409, body: { code: 'undone' } };

const bodySchema = z.object({ payment_id: z.string().nullish(), undoes: z.string().optional() });

/** What a database takes. */
const work = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 8));

interface Asked {
  readonly key: string;
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
}

export class NaiveService {
  readonly #flaw: Flaw;
  readonly #answers = new Map<string, { readonly text: string; readonly said: Said }>();
  /** What was charged, whatever became of its key. */
  readonly #charges = new Map<string, Said>();
  readonly #underWay = new Set<string>();
  readonly #fenced = new Set<string>();
  readonly #undone = new Set<string>();
  readonly #server: Server;

  constructor(flaw: Flaw) {
    this.#flaw = flaw;
    this.#server = createServer((request, response) => {
      void (async () => {
        const chunks: unknown[] | null = await request.toArray().catch(() => null);
        // The caller was gone before all of it came.
        if (chunks === null) return;
        const text = chunks.map(String).join('');
        const key = String(request.headers['idempotency-key'] ?? '');
        const said =
          request.method === 'GET'
            ? this.#probed(decodeURIComponent((request.url ?? '').replace('/operations/', '')))
            : await this.#said({ key, text, headers: request.headers });
        if (this.#has('forgets_when_the_caller_hangs_up') && response.destroyed) this.#answers.delete(key);
        response.writeHead(said.status, { 'content-type': 'application/json' }).end(JSON.stringify(said.body));
      })();
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The system gave no port');
    return `http://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #has(flaw: Flaw): boolean {
    return this.#flaw === flaw;
  }

  #probed(key: string): Said {
    if (this.#has('has_no_probe')) return { status: 404, body: {} };
    const known = this.#answers.get(key)?.said ?? this.#charges.get(key);
    if (this.#has('has_a_probe_that_knows_all') && !known)
      return { status: 200, body: { state: 'succeeded', output: { payment_id: 'any' } } };
    if (this.#underWay.has(key)) return { status: 202, body: {} };
    if (!known || this.#has('has_a_probe_that_forgets')) return { status: 404, body: { code: 'unknown_operation' } };
    const { status, body } = known;
    return { status: 200, body: status < 400 ? { state: 'succeeded', output: body } : { state: 'refused', error: body } };
  }

  async #said(asked: Asked): Promise<Said> {
    const { key, text, headers } = asked;
    if (!headers['webhook-signature'] && !this.#has('asks_for_no_signature')) return { status: 401, body: { code: 'unsigned' } };
    const body = bodySchema.parse(JSON.parse(text));
    const isUndo = body.undoes !== undefined;
    const forgets = this.#has('knows_no_keys') ? !isUndo : isUndo && this.#has('answers_an_undo_anew');
    const known = forgets ? undefined : this.#answers.get(key);
    if (known) return this.#again(known, text, isUndo);
    const holds = !(this.#has('keeps_the_key_when_it_is_done') && !isUndo) && !forgets;
    if (holds && this.#underWay.has(key)) return IN_USE;
    if (isLate(headers) && !this.#has('takes_its_time')) return { status: 410, body: { code: 'too_late' } };
    this.#underWay.add(key);
    const said = body.undoes === undefined ? await this.#charge(key) : await this.#refund(key, body.undoes, body.payment_id ?? null);
    this.#underWay.delete(key);
    if (said !== IN_USE && said.status < 500) this.#answers.set(key, { text, said });
    return said;
  }

  #again(known: { readonly text: string; readonly said: Said }, text: string, isUndo: boolean): Said {
    if (known.text !== text && !this.#has('looks_at_no_body')) return { status: 422, body: { code: 'idempotency_key_reused' } };
    if (!isUndo && known.said.status < 400 && this.#has('refuses_what_comes_twice')) return { status: 409, body: { code: 'duplicate' } };
    if (!isUndo && known.said.status < 400 && this.#has('fails_what_comes_twice')) return { status: 500, body: { code: 'not_unique' } };
    return known.said;
  }

  async #charge(key: string): Promise<Said> {
    if (this.#fenced.has(key)) return UNDONE;
    await work();
    if (this.#fenced.has(key) && !this.#has('fences_too_late')) return UNDONE;
    const charged = { status: 201, body: { payment_id: crypto.randomUUID() } };
    this.#charges.set(key, charged);
    return charged;
  }

  async #refund(key: string, undoes: string, id: string | null): Promise<Said> {
    if (this.#underWay.has(undoes) && !this.#has('fences_too_late')) return IN_USE;
    if (!this.#has('does_not_fence')) this.#fenced.add(undoes);
    const charged = this.#answers.get(undoes)?.said.status === 201;
    if (!charged && this.#has('fails_an_early_undo')) return { status: 422, body: { code: 'no_such_charge' } };
    if (!charged && this.#has('undoes_what_never_was')) return this.#refunded();
    if (!charged || this.#has('undoes_nothing')) return NOTHING;
    if (id === null && this.#has('undoes_by_id_alone')) return { status: 404, body: { code: 'no_such_charge' } };
    if (this.#undone.has(undoes) && !this.#has('undoes_under_each_key') && !this.#has('answers_an_undo_anew')) return NOTHING;
    if (this.#has('looks_before_it_undoes')) await work();
    this.#undone.add(undoes);
    if (this.#has('forgets_what_was_undone')) this.#forget(undoes);
    return this.#refunded();
  }

  #forget(key: string): void {
    this.#answers.delete(key);
    this.#fenced.delete(key);
  }

  #refunded(): Said {
    return { status: 200, body: { refund_id: crypto.randomUUID() } };
  }
}

const isLate = (headers: IncomingHttpHeaders): boolean => Date.now() > Date.parse(String(headers['saga-not-after']));
