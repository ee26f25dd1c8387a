/** The driver of an order's object, put together: from its record, to the participants and the queues. */

import type { Command } from '../saga/command.ts';
import type { Configuration, CoordinatorEnv } from './configuration.ts';
import { Driver } from './driver.ts';
import type { OrderRecord } from './order-record.ts';
import { handOver } from './step-message.ts';

export const openDriver = (
  env: () => CoordinatorEnv,
  record: OrderRecord,
  { configured, submit }: { readonly configured: () => Configuration; readonly submit: (commands: readonly Command[]) => unknown },
): Driver =>
  new Driver({
    current: () => record.current(),
    submit: (...commands) => void submit(commands),
    capabilities: (participant) => configured().capabilities(participant),
    client: (participant) => configured().client(participant),
    hand: (step, direction) => handOver(env(), { order: record.current().state.order, step, direction }),
  });
