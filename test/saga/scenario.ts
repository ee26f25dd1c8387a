/** given(what happened).when(what is asked).then(what follows), on the pure core. */

import type { Answer } from '../../src/saga/answer.ts';
import type { Capabilities, Command, Context, Place } from '../../src/saga/command.ts';
import { decide, type Decision } from '../../src/saga/decide.ts';
import type { SagaDefinition } from '../../src/saga/definition.ts';
import type { SagaEvent } from '../../src/saga/event.ts';
import { evolve } from '../../src/saga/evolve.ts';
import { next, type Next } from '../../src/saga/next.ts';
import type { Order, Settings } from '../../src/saga/order.ts';
import type { SagaState } from '../../src/saga/state.ts';
import { orderFulfillment } from '../../src/sagas/order-fulfillment.ts';

export const START = Date.UTC(2026, 10, 21, 12);

export const ORDER: Order = {
  tenant: 'acme',
  orderId: '4711',
  customerId: 'c-1',
  currency: 'USD',
  paymentMethod: 'credit_card',
  items: [{ sku: 'LAPTOP-X1', name: 'Laptop', quantity: 1, unitPriceMinor: 129_999 }],
  shippingAddress: { street: '123 Main St', city: 'Anytown', state: 'CA', postalCode: '12345', country: 'US' },
  totalMinor: 129_999,
};

const SETTINGS: Settings = { deadlineMs: 1_800_000, timeScale: 1, needsApproval: false, confirmationFailure: 'compensate' };

const CAREFUL: Capabilities = { fences: false, keyLifetimeMs: 86_400_000 };

/** An order in the hands of the core alone: time moves only when told to. */
export class Scenario {
  state: SagaState | null = null;
  now = START;
  random = 0.5;
  readonly events: SagaEvent[] = [];
  readonly #definition: SagaDefinition;
  readonly #capabilities: Capabilities;

  constructor(options: { readonly definition?: SagaDefinition; readonly capabilities?: Partial<Capabilities> } = {}) {
    this.#definition = options.definition ?? orderFulfillment;
    this.#capabilities = { ...CAREFUL, ...options.capabilities };
  }

  get context(): Context {
    return { now: this.now, random: () => this.random, capabilities: () => this.#capabilities };
  }

  /** What is decided, without doing it. */
  ask(command: Command): Decision {
    return decide(this.#definition, this.state, command, this.context);
  }

  /** Decides, folds, and returns what was written: the types of the events, or the refusal's reason. */
  when(command: Command): readonly string[] {
    const decision = this.ask(command);
    if (!decision.ok) return [`refused: ${decision.refusal.reason}`];
    for (const event of decision.value) this.state = evolve(this.state, event, this.now);
    this.events.push(...decision.value);
    return decision.value.map((event) => ('operation' in event ? `${event.type} ${event.operation}` : event.type));
  }

  place(settings: Partial<Settings> = {}, order: Order = ORDER): readonly string[] {
    return this.when(placing({ settings: { ...SETTINGS, ...settings }, order }));
  }

  answer(operation: string, answer: Answer): readonly string[] {
    const attempt = this.state?.operations[operation]?.attempt ?? 0;
    return this.when({ type: 'answered', operation, attempt, answer });
  }

  succeed(operation: string): readonly string[] {
    return this.answer(operation, { type: 'succeeded', output: OUTPUTS[operation] ?? {} });
  }

  /** Goes forward until this operation is being called. */
  until(operation: string): this {
    this.place();
    for (const id of ['validate_order.do', 'reserve_inventory.do', 'process_payment.do', 'create_shipment.do']) {
      if (id === operation) return this;
      this.succeed(id);
    }
    return this;
  }

  next(): Next | null {
    return this.state && next(this.#definition, this.state, this.now);
  }

  later(ms: number): this {
    this.now += ms;
    return this;
  }
}

export const placing = (part: Partial<Place> = {}): Place => ({
  type: 'place',
  saga: 'order_fulfillment',
  order: ORDER,
  settings: SETTINGS,
  idempotencyKey: null,
  traceId: '0af7651916cd43dd8448eb211c80319c',
  ...part,
});

const OUTPUTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'reserve_inventory.do': { reservation_id: 'res_1' },
  'process_payment.do': { payment_id: 'pay_1' },
  'create_shipment.do': { shipment_id: 'shp_1', tracking_number: 'TRACK1' },
};

export const NO_ANSWER: Answer = { type: 'unanswered', code: 'timed_out', message: 'No answer', mayHaveHappened: true };

export const REFUSED: Answer = { type: 'refused', code: 'card_declined', message: 'The card was declined' };

/** Every attempt goes unanswered. */
export function spend(order: Scenario, operation: string): Scenario {
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    order.answer(operation, NO_ANSWER);
    order.later(60_000).when({ type: 'tick' });
  }
  return order;
}
