/** The configuration that orders are placed and driven with. Read whole, before anything starts: closed unless configured. */

import { Webhook } from 'standardwebhooks';
import * as z from 'zod';
import { parseCapabilities, type CapabilitiesOf } from '../participants/capabilities.ts';
import { ParticipantClient } from '../participants/client.ts';
import { endpointOf, type EndpointEnv } from '../participants/endpoint.ts';
import type { Participant, ParticipantName, SagaDefinition } from '../saga/definition.ts';
import { isCurrency, parseMoney } from '../saga/money.ts';
import type { Order, Settings } from '../saga/order.ts';
import { ok, refuse, type Result } from '../saga/result.ts';
import { SAGAS } from '../sagas/registry.ts';
import { EventWebhook } from './event-webhook.ts';
import { readRetention } from './retention.ts';

/** What deployment or local use may add to the generated bindings. */
export type CoordinatorEnv = Env &
  EndpointEnv & {
    readonly API_TOKENS?: string;
    readonly PARTICIPANT_SECRET?: string;
    readonly CALLBACK_SECRET?: string;
    readonly EVENT_WEBHOOK_SECRET?: string;
    readonly ANALYTICS?: AnalyticsEngineDataset;
  };

export interface Configuration {
  readonly capabilities: CapabilitiesOf;
  readonly client: (participant: Participant) => ParticipantClient;
  /** Null where domain events are posted nowhere. */
  readonly eventWebhook: EventWebhook | null;
  /** What is written into the journal of an order placed now. */
  readonly settingsFor: (definition: SagaDefinition, order: Order) => Settings;
}

export interface NotConfigured {
  readonly reason: 'not_configured';
  readonly setting: string;
  readonly detail: string;
}

const notConfigured = (setting: string, detail: string) => refuse<NotConfigured>({ reason: 'not_configured', setting, detail });

/** So that every time of an order is one that a date can hold. */
const MAX_TIME_SCALE = 1_000;
const YEAR_SECONDS = 31_536_000;

/** Without one of these no order is started, whatever its saga calls. */
const PARTICIPANTS = ['inventory', 'payment', 'shipping', 'notification'] as const satisfies readonly ParticipantName[];

const called = ({ steps }: SagaDefinition): readonly Participant[] =>
  steps.flatMap((step) => (step.kind === 'call' ? [step.call.participant] : []));

/** An environment never changes: another deployment has another. */
const known = new WeakMap<CoordinatorEnv, Map<SagaDefinition | undefined, Result<Configuration, NotConfigured>>>();

/** `definition`: of the order that it is read for, whose own participants have to have an address as well. Read once. */
export function readConfiguration(env: CoordinatorEnv, definition?: SagaDefinition): Result<Configuration, NotConfigured> {
  const ofEnv = known.get(env) ?? new Map<SagaDefinition | undefined, Result<Configuration, NotConfigured>>();
  known.set(env, ofEnv);
  const configuration = ofEnv.get(definition) ?? read(env, definition);
  ofEnv.set(definition, configuration);
  return configuration;
}

function read(env: CoordinatorEnv, definition: SagaDefinition | undefined): Result<Configuration, NotConfigured> {
  const timeScale = positive(env.TIME_SCALE, 1, MAX_TIME_SCALE);
  if (timeScale === null) return notConfigured('TIME_SCALE', `it has to be a number greater than 0, at most ${MAX_TIME_SCALE}`);
  const deadlineSeconds = positive(env.ORDER_DEADLINE_SECONDS, Number.NaN, YEAR_SECONDS);
  if (deadlineSeconds === null) {
    return notConfigured('ORDER_DEADLINE_SECONDS', `it has to be a number of seconds greater than 0, at most ${YEAR_SECONDS}`);
  }
  const confirmationFailure = confirmationFailures.safeParse(env.CONFIRMATION_FAILURE || 'compensate');
  if (!confirmationFailure.success) return notConfigured('CONFIRMATION_FAILURE', 'it has to be "compensate" or "complete"');
  const thresholds = parseThresholds(env.APPROVAL_THRESHOLD);
  if (!thresholds.ok) return notConfigured('APPROVAL_THRESHOLD', thresholds.refusal);
  const retention = readRetention(env);
  if (!retention.ok) return notConfigured('RETENTION_DAYS', retention.refusal);
  const capabilities = parseCapabilities(env.PARTICIPANTS, SAGAS.flatMap(called));
  if (!capabilities.ok) return notConfigured('PARTICIPANTS', capabilities.refusal);
  const clients = makeClients(env, definition ? called(definition) : []);
  if (!clients.ok) return clients;
  const eventWebhook = makeEventWebhook(env);
  if (!eventWebhook.ok) return eventWebhook;
  return ok({
    capabilities: capabilities.value,
    client: clients.value,
    eventWebhook: eventWebhook.value,
    settingsFor: (definition, order) => ({
      deadlineMs: Number.isNaN(deadlineSeconds) ? definition.deadlineMs : deadlineSeconds * 1_000,
      timeScale,
      needsApproval: order.totalMinor >= (thresholds.value.get(order.currency) ?? Number.POSITIVE_INFINITY),
      confirmationFailure: confirmationFailure.data,
    }),
  });
}

/** Likewise; throws where it can't be used. */
export function usableConfiguration(env: CoordinatorEnv, definition: SagaDefinition): Configuration {
  const read = readConfiguration(env, definition);
  if (!read.ok) throw new Error(`${read.refusal.setting}: ${read.refusal.detail}`);
  return read.value;
}

/** Null where the text is not a number greater than 0 and at most `max`. */
function positive(text: string | undefined, otherwise: number, max: number): number | null {
  if (!text) return otherwise;
  const number = Number(text);
  return number > 0 && number <= max ? number : null;
}

const confirmationFailures = z.enum(['compensate', 'complete']);

function parseThresholds(text: string | undefined): Result<ReadonlyMap<string, number>, string> {
  const parsed = z.record(z.string().refine(isCurrency, 'not an ISO 4217 currency'), z.string()).safeParse(parseJson(text || '{}'));
  if (!parsed.success) return refuse(z.prettifyError(parsed.error));
  const thresholds = new Map<string, number>();
  for (const [currency, amount] of Object.entries(parsed.data)) {
    const minor = parseMoney(amount, currency);
    if (!minor.ok) return refuse(`${currency}: "${amount}" is not an amount (${minor.refusal.reason})`);
    thresholds.set(currency, minor.value);
  }
  return ok(thresholds);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function makeClients(env: CoordinatorEnv, others: readonly Participant[]): Result<Configuration['client'], NotConfigured> {
  const secret = env.PARTICIPANT_SECRET || undefined;
  if (secret && !isWebhookSecret(secret)) return notConfigured('PARTICIPANT_SECRET', NO_WEBHOOK_SECRET);
  const clients = new Map<Participant, ParticipantClient>();
  for (const participant of new Set([...PARTICIPANTS, ...others])) {
    const endpoint = endpointOf(env, participant);
    if (!endpoint) return notConfigured(`${participant.toUpperCase()}_URL`, `there is no usable address of the ${participant} service`);
    clients.set(participant, new ParticipantClient(endpoint, secret));
  }
  return ok((participant) => {
    const client = clients.get(participant);
    if (!client) throw new Error(`There is no client for ${participant}`);
    return client;
  });
}

/** Nothing is posted unsigned. */
function makeEventWebhook(env: CoordinatorEnv): Result<EventWebhook | null, NotConfigured> {
  const secret = env.EVENT_WEBHOOK_SECRET ?? '';
  if (secret && !isWebhookSecret(secret)) return notConfigured('EVENT_WEBHOOK_SECRET', NO_WEBHOOK_SECRET);
  if (!env.EVENT_WEBHOOK_URL) return ok(null);
  const url = webhookUrlOf(env.EVENT_WEBHOOK_URL);
  if (url === null) return notConfigured('EVENT_WEBHOOK_URL', 'it has to be an http or https URL without user, password and fragment');
  if (!secret) return notConfigured('EVENT_WEBHOOK_SECRET', 'there is an EVENT_WEBHOOK_URL, and nothing is posted unsigned');
  return ok(new EventWebhook(url, secret));
}

/** `fetch` takes no user or password in a URL. */
function webhookUrlOf(text: string): string | null {
  const url = URL.parse(text);
  return url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !text.includes('#') ? url.href : null;
}

const NO_WEBHOOK_SECRET = 'it has to be a Standard Webhooks secret, whsec_...';

function isWebhookSecret(secret: string): boolean {
  try {
    return Boolean(new Webhook(secret));
  } catch {
    return false;
  }
}
