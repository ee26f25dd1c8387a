import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { operationParts } from '../../src/saga/operation.ts';
import { parkedOf } from '../../src/saga/progress.ts';
import { orderFulfillment } from '../../src/sagas/order-fulfillment.ts';
import { Scenario } from './scenario.ts';
import { World } from './world.ts';

const EFFECTS = ['reserve_inventory', 'process_payment', 'create_shipment'];

interface Walk {
  readonly order: Scenario;
  readonly standing: ReadonlySet<string>;
}

function walk(tape: readonly number[], fences: boolean, needsApproval: boolean, confirmationFailure: 'compensate' | 'complete'): Walk {
  const order = new Scenario({ capabilities: { fences } });
  order.place({ needsApproval, confirmationFailure });
  const world = new World(order, tape, fences);
  world.play();
  return { order, standing: world.standing };
}

const walks = fc.tuple(
  fc.array(fc.nat(1_000), { maxLength: 300, size: 'max' }),
  fc.boolean(),
  fc.boolean(),
  fc.constantFrom('compensate' as const, 'complete' as const),
);

const always = (law: (ended: Walk) => void): void =>
  fc.assert(
    fc.property(walks, (walked) => {
      law(walk(...walked));
    }),
    { numRuns: 5_000 },
  );

/** What a person is told of, and nobody else has to find. */
const parkedSteps = ({ state }: Scenario): readonly string[] =>
  state ? parkedOf(orderFulfillment, state).map(({ step }) => step.name) : [];

describe('whatever the world does', () => {
  it('the order comes to rest', () => {
    always(({ order }) => expect(order.state?.ending).not.toBeNull());
  });

  it('all of it was done, or none of it stands, or a person is told of what does', () => {
    always(({ order, standing }) => {
      const left = EFFECTS.filter((step) => standing.has(step));
      const told = parkedSteps(order);
      if (order.state?.ending === 'completed') expect([left, told]).toEqual([EFFECTS, []]);
      else if (order.state?.ending === 'compensated') expect([left, told]).toEqual([[], []]);
      else if (order.state?.cause) expect(told).toEqual(expect.arrayContaining(left));
      else expect([left, told]).toEqual([EFFECTS, ['send_confirmation']]);
    });
  });

  it('the order never goes forward again once it has turned back', () => {
    always(({ order }) => {
      const turned = order.events.findIndex(({ type }) => type === 'RollbackStarted');
      const begun = order.events.slice(turned).filter((event) => event.type === 'OperationStarted' || event.type === 'AttemptStarted');
      if (turned >= 0) expect(begun.map(({ operation }) => operationParts(operation).direction)).not.toContain('do');
    });
  });

  it('nothing is undone while something is still under way forward', () => {
    always(({ order }) => {
      const open = new Set<string>();
      for (const event of order.events) {
        if (event.type === 'OperationStarted' && operationParts(event.operation).direction === 'undo') expect([...open]).toEqual([]);
        else if (event.type === 'OperationStarted') open.add(event.operation);
        if (/^Operation(Succeeded|Refused|TurnedAway|Unresolved|Parked)$/.test(event.type) && 'operation' in event)
          open.delete(event.operation);
      }
    });
  });

  it('nothing is undone that never began, and nothing is settled twice', () => {
    always(({ order }) => {
      const begun = new Set<string>();
      const settled = new Set<string>();
      for (const event of order.events) {
        if (event.type === 'OperationStarted') {
          const { step, direction } = operationParts(event.operation);
          if (direction === 'do') begun.add(step);
          else expect(begun).toContain(step);
        }
        if (event.type === 'OperationSucceeded' || event.type === 'OperationRefused' || event.type === 'OperationParked') {
          expect(settled).not.toContain(event.operation);
          settled.add(event.operation);
        }
      }
    });
  });

  it('it ends once, but for a completed order that is cancelled', () => {
    always(({ order }) => {
      const endings = order.events
        .map(({ type }) => type)
        .filter((type) => /^(OrderCompleted|OrderCompensated|ReviewRequested)$/.test(type));
      expect(endings.filter((type) => type !== 'OrderCompleted').length).toBeLessThanOrEqual(1);
    });
  });
});
