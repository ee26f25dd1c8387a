import { describe, expect, it } from 'vitest';
import { TIME_SCALE } from '../../../src/local/chaos/boundaries.ts';
import { randomOrder } from '../../../src/local/chaos/mix.ts';
import { readOptions } from '../../../src/local/chaos/options.ts';
import { leastOrders, MIN_KILLS, planOf, type Plan } from '../../../src/local/chaos/plan.ts';
import type { PlannedFault, PlannedOrder } from '../../../src/local/chaos/planned-order.ts';
import { randomOf } from '../../../src/local/chaos/random.ts';
import { FORWARD, refund, release, shipmentCancel, shipmentReturn } from '../../../src/local/chaos/routes.ts';
import { serviceFaultSchema } from '../../../src/participants/simulated/faults.ts';

const ordersOf = ({ stages, recovery }: Plan): readonly PlannedOrder[] => [
  ...stages.flatMap(({ waves, bursts, mix }) => [...waves.flat(), ...bursts.flat(), ...mix]),
  ...recovery,
];

const DEFAULT = { orders: 500, kills: 10, seed: 7 };

describe('the plan', () => {
  it('is the same for the same seed, and another for another', () => {
    const planned = (seed: number) => JSON.stringify(planOf({ ...DEFAULT, seed }));
    expect(planned(7)).toBe(planned(7));
    expect(planned(7)).not.toBe(planned(8));
  });

  it.each([DEFAULT, { orders: 2_000, kills: 40, seed: 1 }, { orders: leastOrders(MIN_KILLS), kills: MIN_KILLS, seed: 1 }])(
    'has as many orders and kills as were asked for: %o',
    (options) => {
      const plan = planOf(options);
      expect(ordersOf(plan)).toHaveLength(options.orders);
      expect(new Set(ordersOf(plan).map(({ orderId }) => orderId)).size).toBe(options.orders);
      expect(plan.stages).toHaveLength(options.kills);
    },
  );

  it('aims at every boundary, with as few kills as there may be', () => {
    const { stages } = planOf({ orders: leastOrders(MIN_KILLS), kills: MIN_KILLS, seed: 1 });
    expect(stages.map(({ kind }) => kind).toSorted()).toEqual(['accepted', 'back applied', 'back asked', 'forward', 'recovery']);
    const names = stages.flatMap(({ waves }) => waves.flat()).flatMap(({ situation }) => situation.boundaries.map(({ name }) => name));
    expect(new Set(names).size).toBe(25);
  });
});

describe('the mix', () => {
  const mix = Array.from({ length: 2_000 }, (_, number) => randomOrder(randomOf(3, `order-${number}`), `order-${number}`, true));
  const faults = mix.flatMap((order) => order.faults);

  it('names no fault that the services refuse', () => {
    const refused = faults.filter((fault) => !serviceFaultSchema.safeParse(fault).success);
    expect(refused).toEqual([]);
  });

  it('has every kind of fault, and some orders without any', () => {
    const kinds = ['accept', 'drop', 'fail', 'fail_after', 'garbage', 'gateway', 'hang', 'late', 'lose_answer'];
    const more = ['no_fence', 'no_probe', 'refuse', 'slow'];
    expect([...new Set(faults.map(({ fault }) => fault.kind))].toSorted()).toEqual([...kinds, ...more]);
    expect(mix.filter((order) => order.faults.length === 0).length).toBeGreaterThan(200);
  });

  it('has refusals that nobody stored, after a lost answer and without one, with a probe to ask and without one', () => {
    const isTurnedAway = ({ fault }: PlannedFault) => fault.kind === 'gateway' || (fault.kind === 'fail' && fault.status === 401);
    const before = mix.flatMap((order) =>
      order.faults.flatMap((fault, index) => (isTurnedAway(fault) ? `${order.faults[index - 1]?.fault.kind} ${fault.route}` : [])),
    );
    const isNobodyAsked = ({ faults: own }: PlannedOrder) =>
      own.some((fault, index) => fault.route === '/charges' && isTurnedAway(fault) && own[index - 1]?.fault.kind === 'lose_answer') &&
      own.some(({ service, fault }) => service === 'payment' && fault.kind === 'no_probe');
    expect(mix.some(isNobodyAsked)).toBe(true);
    for (const route of [...FORWARD, refund, release, shipmentCancel].map((call) => call.route)) {
      expect(before).toContain(`lose_answer ${route}`);
      expect(before).toContain(`undefined ${route}`);
    }
  });

  it('never has an undo answered 404: whoever says so, nothing is left to undo then', () => {
    const isUndo = ({ route }: PlannedFault) => [refund, release, shipmentCancel, shipmentReturn].some((call) => call.route === route);
    expect(faults.filter((fault) => isUndo(fault) && 'status' in fault.fault && fault.fault.status === 404)).toEqual([]);
  });

  it('has charges that nothing keeps away, cancelled before they arrive', () => {
    const unfenced = mix.filter((order) => order.faults.some(({ fault }) => fault.kind === 'no_fence'));
    expect(unfenced.length).toBeGreaterThan(40);
    const delays = unfenced.flatMap((order) => order.faults.flatMap(({ fault }) => (fault.kind === 'late' ? [fault.delay_ms] : [])));
    expect(delays).toHaveLength(unfenced.length);
    const settlingMs = 600_000 * TIME_SCALE;
    expect(delays.some((delayMs) => delayMs < settlingMs)).toBe(true);
    expect(delays.some((delayMs) => delayMs > settlingMs)).toBe(true);
    expect(unfenced.filter(({ acts }) => !acts.some((act) => act.type === 'cancel' && act.once === '/charges'))).toEqual([]);
  });

  it('has cancels, approvals of both kinds, and large orders that nobody decides on', () => {
    const acts = mix.flatMap((order) => order.acts).map((act) => (act.type === 'decide' ? act.decision : act.type));
    expect([...new Set(acts)].toSorted()).toEqual(['approve', 'cancel', 'dispatch', 'reject']);
    expect(
      mix.some(({ items, acts: own }) => items.some(({ sku }) => sku === 'SERVER-R9') && own.every(({ type }) => type !== 'decide')),
    ).toBe(true);
  });

  it('keeps no order waiting longer than the run lasts', () => {
    const isForEver = ({ times, fault }: PlannedFault) =>
      times === null && !['refuse', 'accept', 'no_probe', 'no_fence'].includes(fault.kind);
    expect(faults.filter(isForEver)).toEqual([]);
    const late = Array.from({ length: 2_000 }, (_, number) => randomOrder(randomOf(4, `order-${number}`), `order-${number}`, false));
    const has = (order: PlannedOrder, kind: string) => order.faults.some(({ fault }) => fault.kind === kind);
    expect(late.filter((order) => has(order, 'accept') && has(order, 'no_probe'))).toEqual([]);
    expect(late.filter(({ items, acts }) => items.some(({ sku }) => sku === 'SERVER-R9') && acts.length === 0)).toEqual([]);
  });
});

describe('the options', () => {
  it('have defaults', () => {
    expect(readOptions([], 17)).toEqual({ ok: true, value: { type: 'run', orders: 500, kills: 10, seed: 17 } });
  });

  it('are read', () => {
    expect(readOptions(['--orders', '2000', '--kills=40', '--seed', '5'], 17)).toEqual({
      ok: true,
      value: { type: 'run', orders: 2_000, kills: 40, seed: 5 },
    });
    expect(readOptions(['--help'], 17)).toEqual({ ok: true, value: { type: 'help' } });
  });

  it.each([
    { name: '--orders', args: ['--orders', 'many'] },
    { name: '--orders', args: ['--orders=-1'] },
    { name: '--orders', args: ['--orders', '10'] },
    { name: '--kills', args: ['--kills', '2'] },
    { name: '--kills', args: ['--kills', '1.5'] },
    { name: '--kills', args: ['--kills'] },
    { name: '--seed', args: ['--seed', ''] },
    { name: '--speed', args: ['--speed', '9'] },
    { name: 'more', args: ['more'] },
  ])('are refused with a sentence that names what is wrong: $args', ({ name, args }) => {
    expect(readOptions(args, 17)).toMatchObject({ ok: false, refusal: expect.stringContaining(name) });
  });
});
