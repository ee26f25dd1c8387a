import { describe, expect, it } from 'vitest';
import { callBack, CHARGE, deliver, LATE_REFUND, PAID, RELEASE } from './callbacks.ts';
import { REFUSED, Scenario } from './scenario.ts';

const erase = { type: 'erase' } as const;

/** Declined, and back where it began. */
function compensated(): Scenario {
  const order = new Scenario().until(CHARGE);
  order.answer(CHARGE, REFUSED);
  order.succeed(RELEASE);
  expect(order.state?.ending).toBe('compensated');
  return order;
}

describe('an erasure', () => {
  it('is refused while the order is under way, in either direction', () => {
    const order = new Scenario().until(CHARGE);
    expect(order.when(erase)).toEqual(['refused: not_at_rest']);
    order.when({ type: 'cancel', reason: null });
    expect(order.when(erase)).toEqual(['refused: not_at_rest']);
  });

  it('happens once at rest, and moves nothing', () => {
    const order = compensated();
    const before = order.state;
    order.now += 1_000;
    expect(order.when(erase)).toEqual(['OrderErased']);
    expect(order.state).toEqual({ ...before, erasure: 'done', updatedAt: order.now });
    expect(order.when(erase)).toEqual([]);
    expect(order.when({ type: 'cancel', reason: null })).toEqual(['refused: cannot_cancel']);
    expect(order.place()).toEqual(['refused: erased']);
  });

  it.each([1_000, -1_000])(
    'does not keep a charge that happened after all from being undone, and follows again by itself: %i ms later',
    (later) => {
      const order = compensated();
      order.when(erase);
      order.now += later;
      order.when(callBack(CHARGE, PAID));
      expect(order.when(erase)).toEqual(['refused: not_at_rest']);
      order.when(deliver('process_payment'));
      expect(order.succeed(LATE_REFUND).slice(-2)).toEqual(['OrderCompensated', 'OrderErased']);
      expect(order.state?.ending).toBe('compensated');
      expect(order.when(erase)).toEqual([]);
    },
  );
});
