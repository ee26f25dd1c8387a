import { Driver } from '../../src/order/driver.ts';
import { ParticipantClient } from '../../src/participants/client.ts';
import type { Command } from '../../src/saga/command.ts';
import { orderFulfillment } from '../../src/sagas/order-fulfillment.ts';
import type { Scenario } from '../saga/scenario.ts';

/** A life of an order's object, of its driver alone: a participant that is silent until it is told to answer, and a queue that only counts. */
export function driving(order: Scenario, client?: () => ParticipantClient) {
  const answers = new Map<string, (response: Response) => void>();
  const attempts: (string | null)[] = [];
  const handed: string[] = [];
  const endpoint = {
    baseUrl: 'https://silent',
    fetch: (url: string, { headers }: RequestInit) => {
      attempts.push(new Headers(headers).get('saga-attempt'));
      return new Promise<Response>((resolve) => answers.set(new URL(url).pathname, resolve));
    },
  };
  const driver = new Driver({
    current: () => {
      if (!order.state) throw new Error('No order');
      return { definition: orderFulfillment, state: order.state };
    },
    submit: (...commands: readonly Command[]) => {
      for (const command of commands) {
        const before = order.events.length;
        order.when(command);
        for (const event of order.events.slice(before)) driver.noticed(event);
      }
    },
    capabilities: (participant) => ({ ...order.context.capabilities(participant), probe: true }),
    client: client ?? (() => new ParticipantClient(endpoint, undefined)),
    hand: async (step, direction) => void handed.push(`${step}.${direction}`),
  });
  return { driver, handed, answers, attempts };
}
