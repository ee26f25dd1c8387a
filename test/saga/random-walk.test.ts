import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evolve } from '../../src/saga/evolve.ts';
import { operationParts } from '../../src/saga/operation.ts';
import { parkedOf } from '../../src/saga/progress.ts';
import { requestOf } from '../../src/saga/request.ts';
import type { SagaState } from '../../src/saga/state.ts';
import { orderFulfillment } from '../../src/sagas/order-fulfillment.ts';
import { Scenario, START } from './scenario.ts';
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

const always = (law: (ended: Walk) => void, numRuns = 5_000): void =>
  fc.assert(
    fc.property(walks, (walked) => {
      law(walk(...walked));
    }),
    { numRuns },
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
        // What a person was told of an undo is told anew: the call is known to have happened.
        if (event.type === 'OperationSucceededLate')
          for (const id of settled) if (id.startsWith(event.operation.replace('.do', '.undo'))) settled.delete(id);
        if (event.type === 'OperationSucceeded' || event.type === 'OperationRefused' || event.type === 'OperationParked') {
          expect(settled).not.toContain(event.operation);
          settled.add(event.operation);
        }
      }
    });
  });

  it('it ends once, but for a completed order that is cancelled, and for what happened after all', () => {
    always(({ order }) => {
      const endings = order.events
        .map(({ type }) => type)
        .filter((type) => /^(OrderCompleted|OrderCompensated|ReviewRequested)$/.test(type));
      expect(endings.filter((type) => type !== 'OrderCompleted').length).toBeLessThanOrEqual(
        1 + order.events.filter(({ type }) => type === 'OperationSucceededLate').length,
      );
    });
  });

  it('what is sent for an operation never changes while it may be sent again', () => {
    always(({ order }) => {
      const sent = new Map<string, string>();
      let state: SagaState | null = null;
      for (const event of order.events) {
        state = evolve(state, event, START);
        for (const [id, { phase }] of Object.entries(state.operations)) {
          if (phase === 'succeeded' || phase === 'refused') continue;
          const { body } = requestOf(orderFulfillment, state, id);
          expect(sent.get(id) ?? body).toBe(body);
          sent.set(id, body);
        }
      }
    }, 500);
  });

  it('what happened after all is found in some of these walks', () => {
    let late = 0;
    always(({ order }) => {
      late += order.events.filter(({ type }) => type === 'OperationSucceededLate').length;
    });
    expect(late).toBeGreaterThan(100);
  });
});
