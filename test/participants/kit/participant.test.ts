import { Webhook } from 'standardwebhooks';
import { describe, expect, it, vi } from 'vitest';
import { codesInObject, codesOnD1, heldBack, newKey, SECRET, type Codes, type Said } from './codes-service.ts';

const json = (value: unknown): string => JSON.stringify(value);

const post = (key: string, body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', 'idempotency-key': key, ...headers },
  body: json(body),
});

const BODY = { order_id: '4711' };

const IN_USE = { status: 409, body: { code: 'idempotency_key_in_use' } };

const isUnderWay = ({ status }: Said): boolean => status === 409;

/** A lease of no time: whoever has begun may be taken over at once, as after a crash. */
const NO_LEASE = { leaseSeconds: 0 };

describe.each([
  { where: 'on D1', codes: codesOnD1() },
  { where: 'in a Durable Object', codes: codesInObject() },
])('a participant $where', ({ codes }: { codes: Codes }) => {
  const give = (key: string, body: unknown = BODY, manner = {}) => codes.send('/codes', post(key, body), manner);
  const takeBack = (undoes: string, key = `${undoes}.undo`, manner = {}) =>
    codes.send('/codes/return', post(key, { code_id: null, undoes }), manner);
  const probe = (key: string) => codes.send(`/operations/${encodeURIComponent(key)}`, {});

  /** A first attempt that stands still in its handler, and what lets it go on. */
  async function begun(key: string, manner = {}) {
    const goOn = heldBack(key);
    const first = give(key, BODY, manner);
    await vi.waitFor(async () => expect((await probe(key)).status).not.toBe(404));
    return { first, goOn };
  }

  describe('with a key that came before', () => {
    it('gives the answer again, and nothing else', async () => {
      const key = newKey();
      const first = await give(key);
      expect(first).toMatchObject({ status: 201, isReplay: false });
      expect(await give(key)).toEqual({ ...first, isReplay: true });
      expect(await codes.given(key)).toBe(1);
    });

    it('keeps those apart that come side by side', async () => {
      const key = newKey();
      const said = await Promise.all(Array.from({ length: 12 }, () => give(key)));
      const waiting = said.filter(isUnderWay);
      expect(waiting.every(({ retryAfter }) => Number(retryAfter) >= 1)).toBe(true);
      const done = [...said.filter((one) => !isUnderWay(one)), await give(key)];
      expect(new Set(done.map(({ status, body }) => json([status, body]))).size).toBe(1);
      expect(await codes.given(key)).toBe(1);
    });

    it('says that it is in use while the first is under way', async () => {
      const key = newKey();
      const { first, goOn } = await begun(key);
      expect(await give(key)).toMatchObject({ ...IN_USE, retryAfter: '10' });
      expect((await probe(key)).status).toBe(202);
      goOn();
      expect((await first).status).toBe(201);
      expect(await give(key)).toMatchObject({ status: 201, isReplay: true });
    });

    it('refuses another body and another path', async () => {
      const key = newKey();
      await give(key);
      const reused = { status: 422, body: { code: 'idempotency_key_reused' } };
      expect(await give(key, { order_id: '4712' })).toMatchObject(reused);
      expect(await codes.send('/later', post(key, BODY))).toMatchObject(reused);
      expect(await codes.given(key)).toBe(1);
    });

    it('stands by a refusal, of which nothing has to be undone', async () => {
      const key = newKey();
      const answer = { status: 422, body: { code: 'sold_out', message: 'Sold out' } };
      expect(await give(key, { answer })).toMatchObject(answer);
      expect(await give(key, { answer })).toMatchObject({ ...answer, isReplay: true });
      expect((await probe(key)).body).toEqual({ state: 'refused', error: answer.body });
      expect((await takeBack(key)).body).toEqual({ undone: false });
    });

    it.each([401, 429, 503])('does not stand by a %i, and writes nothing', async (status) => {
      const key = newKey();
      const answer = { status, body: { code: 'not_now', message: 'Not now' } };
      expect(await give(key, { answer })).toMatchObject(answer);
      expect(await give(key, { answer })).toMatchObject({ ...answer, isReplay: false });
      expect(await codes.given(key)).toBe(0);
    });
  });

  describe('an attempt that broke off', () => {
    it('is taken up by the next one, and can write nothing any more', async () => {
      const key = newKey();
      const { first, goOn } = await begun(key, NO_LEASE);
      const second = await give(key, BODY, NO_LEASE);
      expect(second.status).toBe(201);
      goOn();
      expect(await first).toMatchObject(IN_USE);
      expect(await give(key)).toEqual({ ...second, isReplay: true });
      expect(await codes.given(key)).toBe(1);
    });

    it('is fenced by its undo, wherever it was', async () => {
      const key = newKey();
      const { first, goOn } = await begun(key, NO_LEASE);
      expect((await takeBack(key, `${key}.undo`, NO_LEASE)).body).toEqual({ undone: false, found: 'begun' });
      goOn();
      expect(await first).toMatchObject(IN_USE);
      expect(await give(key)).toMatchObject({ status: 409, body: { code: 'undone' } });
      expect(await codes.given(key)).toBe(0);
    });

    it('by an exception leaves no write, and a key that can be tried again', async () => {
      const key = newKey();
      vi.spyOn(console, 'error').mockImplementation(() => undefined);
      expect((await give(key, { throws: true })).status).toBe(500);
      vi.restoreAllMocks();
      expect(await codes.given(key)).toBe(0);
      expect(await probe(key)).toMatchObject({ status: 503, body: { code: 'outcome_unknown' } });
      expect((await takeBack(key)).body).toEqual({ undone: false, found: 'begun' });
    });
  });

  describe('an undo', () => {
    it('before its do has nothing to undo, and refuses it for ever', async () => {
      const key = newKey();
      const first = await takeBack(key);
      expect(first).toMatchObject({ status: 200, body: { undone: false } });
      expect(await takeBack(key)).toEqual({ ...first, isReplay: true });
      expect(await give(key)).toMatchObject({ status: 409, body: { code: 'undone' } });
      expect(await give(key)).toMatchObject({ status: 409, body: { code: 'undone' } });
      expect((await probe(key)).body).toMatchObject({ state: 'refused', error: { code: 'undone' } });
      expect(await codes.given(key)).toBe(0);
    });

    it('undoes what it never answered, once, under whatever keys', async () => {
      const key = newKey();
      await give(key);
      expect((await takeBack(key)).body).toEqual({ undone: true });
      expect(await takeBack(key)).toMatchObject({ body: { undone: true }, isReplay: true });
      expect((await takeBack(key, `${key}.other`)).body).toEqual({ undone: false });
      expect(await codes.given(key)).toBe(0);
      expect(await give(key)).toMatchObject({ status: 201, isReplay: true });
      expect(await codes.given(key)).toBe(0);
    });

    it('is done once by undos side by side', async () => {
      const key = newKey();
      await give(key);
      const said = await Promise.all(Array.from({ length: 8 }, (_, index) => takeBack(key, `${key}.undo.${index}`)));
      expect(said.filter(({ body }) => json(body) === json({ undone: true }))).toHaveLength(1);
      expect(said.filter(isUnderWay).every(({ retryAfter }) => retryAfter !== null)).toBe(true);
      expect(await codes.given(key)).toBe(0);
    });

    it('waits for a do that is under way', async () => {
      const key = newKey();
      const { first, goOn } = await begun(key);
      expect(await takeBack(key)).toMatchObject(IN_USE);
      goOn();
      expect((await first).status).toBe(201);
      expect((await takeBack(key)).body).toEqual({ undone: true });
      expect(await codes.given(key)).toBe(0);
    });

    it('that no route takes is no undo', async () => {
      const key = newKey();
      await give(key);
      const astray = post(`${key}.undo`, { undoes: key });
      expect(await codes.send('/codes/returns', astray)).toMatchObject({ status: 500, body: { code: 'no_such_route' } });
      expect((await takeBack(key, `${key}.other`)).body).toEqual({ undone: true });
    });
  });

  describe('Saga-Not-After', () => {
    const at = (key: string, time: string) => codes.send('/codes', post(key, BODY, { 'saga-not-after': time }));

    it('refuses what comes later, without burning the key', async () => {
      const key = newKey();
      expect(await at(key, '2020-01-01T00:00:00.000Z')).toMatchObject({ status: 410, body: { code: 'too_late' } });
      expect((await probe(key)).status).toBe(404);
      expect((await at(key, '2100-01-01T00:00:00.000Z')).status).toBe(201);
    });

    it('does not hide what was answered in time', async () => {
      const key = newKey();
      await give(key);
      expect(await at(key, '2020-01-01T00:00:00.000Z')).toMatchObject({ status: 201, isReplay: true });
    });
  });

  describe('the probe', () => {
    it('tells what succeeded, whatever characters its key has', async () => {
      const key = `${newKey()}/b?c%20#`;
      expect(await probe(key)).toMatchObject({ status: 404, body: { code: 'unknown_operation' } });
      const { body } = await give(key);
      expect(await probe(key)).toMatchObject({ status: 200, body: { state: 'succeeded', output: body } });
    });
  });

  describe('an accepted operation', () => {
    const accepted = async () => {
      const key = newKey();
      expect((await codes.send('/later', post(key, BODY))).status).toBe(202);
      return key;
    };
    const result = { status: 201, body: { code_id: 'code_later' } };

    it('has its answer once it is settled', async () => {
      const key = await accepted();
      expect((await codes.send('/later', post(key, BODY))).status).toBe(202);
      expect((await probe(key)).status).toBe(202);
      expect(await codes.settle(key, result, `code_of_${key}`)).toBe('settled');
      expect(await codes.settle(key, result, `code_again_of_${key}`)).toBe('not_owed');
      expect(await codes.send('/later', post(key, BODY))).toMatchObject({ ...result, isReplay: true });
      expect(await codes.given(key)).toBe(1);
    });

    it('can no longer be settled once it is undone', async () => {
      const key = await accepted();
      expect((await takeBack(key)).body).toEqual({ undone: false, found: 'accepted' });
      expect(await codes.settle(key, result, `code_of_${key}`)).toBe('undone');
      expect((await probe(key)).body).toMatchObject({ state: 'refused', error: { code: 'undone' } });
      expect(await codes.given(key)).toBe(0);
    });

    it('that never came is not settled', async () => {
      const key = newKey();
      expect(await codes.settle(key, result, `code_of_${key}`)).toBe('not_owed');
      expect(await codes.given(key)).toBe(0);
    });
  });

  describe('with a secret', () => {
    const signed = (key: string, body: string, id = key): RequestInit => {
      const now = new Date();
      const headers = { 'idempotency-key': key, 'webhook-id': id, 'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)) };
      return { method: 'POST', body, headers: { ...headers, 'webhook-signature': new Webhook(SECRET).sign(id, now, body) } };
    };

    it('serves what is signed, and turns everything else away', async () => {
      const key = newKey();
      const manner = { secret: SECRET };
      const stranger = { status: 401, body: { code: 'invalid_signature' } };
      expect(await give(key, BODY, manner)).toMatchObject(stranger);
      expect(await codes.send('/codes', { ...signed(key, json(BODY)), body: '{}' }, manner)).toMatchObject(stranger);
      expect(await codes.send('/codes', signed(key, json(BODY), 'another'), manner)).toMatchObject(stranger);
      expect(await codes.send(`/operations/${key}`, {}, manner)).toMatchObject(stranger);
      expect(await codes.given(key)).toBe(0);
      expect((await codes.send('/codes', signed(key, json(BODY)), manner)).status).toBe(201);
    });

    it('that is not set serves nobody', async () => {
      const key = newKey();
      const said = await codes.send('/codes', signed(key, json(BODY)), { secret: '' });
      expect(said).toMatchObject({ status: 503, body: { code: 'not_configured' } });
    });
  });

  it('needs a key', async () => {
    const said = await codes.send('/codes', { method: 'POST', body: json(BODY) });
    expect(said).toMatchObject({ status: 400, body: { code: 'idempotency_key_missing' } });
  });

  it('leaves other routes alone', async () => {
    expect(await codes.send('/health', {})).toMatchObject({ status: 200, body: 'well' });
  });

  it('forgets what is over, when it is told to', async () => {
    const key = newKey();
    await give(key);
    expect(await codes.forget(new Date(Date.now() - 60_000))).toBe(0);
    expect(await codes.forget(new Date(Date.now() + 60_000))).toBeGreaterThan(0);
    expect((await probe(key)).status).toBe(404);
  });
});
