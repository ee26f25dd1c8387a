import { afterEach, describe, expect, it, vi } from 'vitest';
import { REFUSED, Scenario, spend } from '../saga/scenario.ts';
import { driving } from './driving.ts';

/** An order whose reservation has to be released. */
function goingBack(): Scenario {
  const order = new Scenario();
  order.now = Date.now();
  order.until('process_payment.do').answer('process_payment.do', REFUSED);
  return order;
}

describe('the driver', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('hands a message over once, and again when it had time to come and did not, at ever longer intervals', () => {
    const order = goingBack();
    const { driver, handed } = driving(order);
    const sentAt: number[] = [];
    for (let now = order.now; now < order.now + 60_000; now += 500) {
      vi.setSystemTime(now);
      const before = handed.length;
      driver.advance();
      if (handed.length > before) sentAt.push(now - order.now);
      expect(driver.wakeAt(now)).toBeGreaterThan(now);
    }
    expect(handed).toEqual(sentAt.map(() => 'reserve_inventory.undo'));
    expect(sentAt).toEqual([0, 3_000, 9_000, 21_000, 45_000]);
  });

  it('wants no alarm at once while the call that a message brought is under way, however long it takes', () => {
    const order = goingBack();
    const { driver } = driving(order);
    driver.advance();
    void driver.deliver('reserve_inventory', 'undo');
    const later = order.now + 20_000;
    expect(driver.wakeAt(later)).toBeGreaterThan(later);
  });

  it('knows of a call under way, also when the order has turned back meanwhile', () => {
    const order = new Scenario();
    order.now = Date.now();
    order.until('create_shipment.do');
    const { driver } = driving(order);
    for (const channel of ['email', 'push']) driver.noticed({ type: 'OperationStarted', operation: `send_confirmation.do.${channel}` });
    order.succeed('create_shipment.do');
    driver.advance();
    order.when({ type: 'cancel', reason: null });
    expect(driver.isCalling('send_confirmation', 'do')).toBe(true);
  });

  it('lets a duplicate go while another message is to come back', async () => {
    const order = goingBack();
    const { driver, answers } = driving(order);
    driver.advance();
    const first = driver.deliver('reserve_inventory', 'undo');
    answers.get('/reservations/release')?.(new Response('{}', { status: 503, headers: { 'retry-after': '30' } }));
    expect(await first).toMatchObject({ type: 'again' });
    expect(await driver.deliver('reserve_inventory', 'undo')).toEqual({ type: 'done' });
  });

  it('tries a call that it can not even make at ever longer intervals, as if it had gone unanswered', async () => {
    const order = goingBack();
    const { driver } = driving(order, () => {
      throw new Error('Out of order');
    });
    driver.noticed({ type: 'OperationStarted', operation: 'reserve_inventory.undo' });
    const pauses: number[] = [];
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      vi.setSystemTime(order.now);
      const delivery = await driver.deliver('reserve_inventory', 'undo');
      const pauseMs = delivery.type === 'again' ? delivery.delayMs : Number.NaN;
      pauses.push(pauseMs);
      order.later(pauseMs);
    }
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000]);
    expect(order.state?.operations['reserve_inventory.undo']).toMatchObject({ attempt: 5, code: 'coordinator_error' });
  });

  it('ends an order whose probe it can not make', async () => {
    const order = new Scenario().until('process_payment.do');
    spend(order, 'process_payment.do');
    const { driver } = driving(order, () => {
      throw new Error('Out of order');
    });
    for (let probes = 0; probes < 5; probes += 1) {
      order.later(60_000);
      vi.setSystemTime(order.now);
      driver.advance();
      await vi.waitFor(() => expect(driver.isCalling('process_payment', 'do')).toBe(false));
    }
    expect(order.events.map(({ type }) => type)).toContain('OperationUnresolved');
  });

  it('makes a call that was not its own count as interrupted', () => {
    const order = new Scenario().until('process_payment.do');
    const { driver, answers } = driving(order);
    driver.advance();
    expect(order.state?.operations['process_payment.do']).toMatchObject({ phase: 'calling', attempt: 2, inDoubt: true });
    expect([...answers.keys()]).toEqual(['/charges']);
    driver.advance();
    expect(order.state?.operations['process_payment.do']).toMatchObject({ attempt: 2 });
  });
});
