import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NO_ANSWER, Scenario } from '../saga/scenario.ts';
import { driving } from './driving.ts';

const EMAIL = 'send_confirmation.do.email';
const PUSH = 'send_confirmation.do.push';

/** An order whose confirmation is being called in both channels, in the first life of its object. */
function confirming() {
  const order = new Scenario();
  order.now = Date.now();
  order.until('create_shipment.do').succeed('create_shipment.do');
  const life = driving(order);
  for (const channel of ['email', 'push']) life.driver.noticed({ type: 'OperationStarted', operation: `send_confirmation.do.${channel}` });
  life.driver.advance();
  expect(life.attempts).toEqual(['1', '1']);
  return order;
}

function waitingUntil({ state }: Scenario, operation: string): number {
  const waiting = state?.operations[operation];
  if (waiting?.phase !== 'waiting') throw new Error(`${operation} does not wait`);
  return waiting.at;
}

function later(order: Scenario, ms: number): void {
  vi.setSystemTime(order.later(ms).now);
}

describe('the confirmation', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(() => {
    vi.useRealTimers();
  });

  it('that fails is handed to its queue when its time has come, and not later', () => {
    const order = confirming();
    for (const channel of ['email', 'push']) order.answer(`send_confirmation.do.${channel}`, NO_ANSWER);
    const retryAt = waitingUntil(order, EMAIL);
    const { driver, handed } = driving(order);
    driver.advance();
    expect(handed).toEqual([]);
    expect(driver.wakeAt(order.now)).toBe(retryAt);
    later(order, retryAt - order.now);
    driver.advance();
    expect(handed).toEqual(['send_confirmation.do']);
  });

  it('that a crash cut off is called again by the next life, and not again when a message comes beside it', async () => {
    const order = confirming();
    later(order, 3_000);
    const { driver, attempts, handed } = driving(order);
    driver.advance();
    expect(attempts).toEqual(['2', '2']);
    void driver.deliver('send_confirmation', 'do');
    later(order, 60_000);
    void driver.deliver('send_confirmation', 'do');
    await Promise.resolve();
    expect(attempts).toEqual(['2', '2']);
    expect(handed).toEqual([]);
  });

  it('that crashes cut off twice counts the attempts that were made, whatever brings the next', async () => {
    const order = confirming();
    later(order, 3_000);
    const second = driving(order);
    second.driver.advance();
    later(order, 2_000);
    const third = driving(order);
    void third.driver.deliver('send_confirmation', 'do');
    await Promise.resolve();
    expect([second.attempts, third.attempts]).toEqual([
      ['2', '2'],
      ['3', '3'],
    ]);
  });

  it('is tried again in one channel while the other has long to wait', async () => {
    const order = confirming();
    order.answer(EMAIL, { type: 'unanswered', code: 'http_429', message: '', mayHaveHappened: false, retryAfterMs: 1_200_000 });
    order.answer(PUSH, NO_ANSWER);
    later(order, 1_000);
    const { driver, answers, attempts } = driving(order);
    const delivered = driver.deliver('send_confirmation', 'do');
    answers.get('/notifications')?.(new Response('{}', { status: 503 }));
    const delivery = await delivered;
    expect(attempts).toEqual(['2']);
    expect(delivery).toEqual({ type: 'again', delayMs: waitingUntil(order, PUSH) - order.now });
    expect(driver.wakeAt(order.now)).toBeLessThan(order.now + 10_000);
  });

  it('keeps one message of two that wait for the same call', async () => {
    const order = confirming();
    order.answer(EMAIL, NO_ANSWER);
    order.succeed(PUSH);
    later(order, 1_000);
    const { driver, answers, attempts } = driving(order);
    const delivered = [driver.deliver('send_confirmation', 'do'), driver.deliver('send_confirmation', 'do')];
    answers.get('/notifications')?.(new Response('{}', { status: 503 }));
    expect(await Promise.all(delivered)).toMatchObject([{ type: 'again' }, { type: 'done' }]);
    expect(attempts).toEqual(['2']);
  });
});
