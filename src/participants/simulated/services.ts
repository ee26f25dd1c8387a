/** The four services by name: what the entrypoint, the ledgers and the control API agree on. */

import type { ParticipantName } from '../../saga/definition.ts';
import { inventory } from './inventory.ts';
import { notification } from './notification.ts';
import { payment } from './payment.ts';
import type { Route } from './service.ts';
import { shipping } from './shipping.ts';

export const SERVICE_NAMES = ['inventory', 'payment', 'shipping', 'notification'] as const satisfies readonly ParticipantName[];

const SERVICES: Readonly<Record<ParticipantName, readonly Route[]>> = { inventory, payment, shipping, notification };

/** The service of this name, or undefined: names come from URLs. */
export const serviceNamed = (name: string | undefined): ParticipantName | undefined =>
  SERVICE_NAMES.find((candidate) => candidate === name);

export const routeOf = (service: ParticipantName, path: string): Route | undefined =>
  SERVICES[service].find((candidate) => candidate.path === path);

/** How faults and the call log name the probe. Every other route is named by its path. */
export const PROBE_ROUTE = 'GET /operations';
