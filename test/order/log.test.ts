import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { History, OrderView } from '../../src/order/orders-port.ts';
import { atRest, call, configure, newOrderId, place, setFault } from './shop.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `00-${TRACE}-00f067aa0ba902b7-01`;

const lines: string[] = [];
const keep = (line: unknown) => void lines.push(String(line));

beforeEach(() => {
  lines.length = 0;
  for (const level of ['log', 'info', 'warn', 'error'] as const) vi.spyOn(console, level).mockImplementation(keep);
});
afterEach(() => void vi.restoreAllMocks());

interface Decided {
  readonly message: string;
  readonly order_id: string;
  readonly seq: number;
  readonly events: readonly Readonly<Record<string, string>>[];
}

function parsed(line: string): Decided {
  const value: Decided = JSON.parse(line);
  return value;
}

const decisionsOf = (id: string): readonly Decided[] =>
  lines.map((line) => parsed(line)).filter(({ message, order_id }) => message === 'Decided' && order_id === id);

describe('the log', () => {
  it('has one line for each decision, which names the order and its trace', async () => {
    const id = newOrderId('logged');
    await place(id, { traceparent: TRACEPARENT });
    await atRest(id);
    const decided = decisionsOf(id);
    const { events }: History = await (await call('GET', `/api/v1/orders/${id}/events`)).json();
    expect(decided.flatMap((line) => line.events.map(({ type }) => type))).toEqual(events.map(({ type }) => type));
    expect(decided.at(-1)?.seq).toBe(events.length);
    for (const line of decided) expect(line).toMatchObject({ tenant: 'local', order_id: id, trace_id: TRACE, saga: 'order_fulfillment' });
    expect(decided[1]).toMatchObject({
      saga_status: 'running',
      events: [
        { type: 'OperationSucceeded', step: 'validate_order', operation: 'do' },
        { type: 'StepSkipped', step: 'approval' },
        { type: 'OperationStarted', step: 'reserve_inventory', operation: 'do' },
      ],
    });
    // An order that goes well is a few lines in a day's log, and short ones.
    expect(decided.length).toBeLessThanOrEqual(7);
    expect(lines.filter((line) => line.includes(id)).every((line) => line.length < 600)).toBe(true);
  });

  it('tells why an order turned back by its code, and nothing that anybody wrote', async () => {
    const id = newOrderId('logged-declined');
    const said = 'The card of Ada Lovelace ends with 4242';
    await setFault('payment', id, { route: '/charges', fault: { kind: 'refuse', status: 402, code: 'card_declined', message: said } });
    await setFault('inventory', id, {
      route: '/reservations/release',
      times: 1,
      fault: { kind: 'refuse', status: 422, code: said, message: said },
    });
    await place(id, { 'idempotency-key': 'a-key-of-mine' }, { customer_id: 'ada@example.com' });
    await atRest(id);
    const all = lines.join('\n');
    expect(decisionsOf(id).flatMap(({ events }) => events)).toContainEqual({ type: 'RollbackStarted', code: 'card_declined' });
    expect(all).toContain(id);
    const secrets = [
      'Ada Lovelace',
      '4242',
      'ada@example.com',
      'a-key-of-mine',
      '123 Main St',
      'Laptop',
      '1359.97',
      'local-client',
      'whsec_',
    ];
    for (const secret of secrets) expect(all).not.toContain(secret);
  });
});

/** The `traceparent` of every call that reaches a service for this order. */
async function listening(id: string): Promise<readonly string[]> {
  const received: string[] = [];
  const listener = (service: Fetcher) => ({
    fetch: (url: string, init?: RequestInit) => {
      received.push(new Headers(init?.headers).get('traceparent') ?? '');
      return service.fetch(url, init);
    },
  });
  const services = ['INVENTORY', 'PAYMENT', 'SHIPPING', 'NOTIFICATION'].map((name) => {
    const service: Fetcher = Reflect.get(env, name);
    return [name, listener(service)] as const;
  });
  await configure(id, Object.fromEntries(services));
  return received;
}

describe('a trace', () => {
  it('is the caller’s, is passed on to every participant, and shown', async () => {
    const id = newOrderId('traced');
    const received = await listening(id);
    await place(id, { traceparent: TRACEPARENT });
    const view: OrderView = await atRest(id);
    expect(view.trace_id).toBe(TRACE);
    const { events }: History = await (await call('GET', `/api/v1/orders/${id}/events`)).json();
    expect(events[0]).toMatchObject({ type: 'OrderPlaced', data: { trace_id: TRACE } });
    expect(received.map((traceparent) => traceparent.slice(0, 36))).toEqual(Array.from({ length: 6 }, () => `00-${TRACE}-`));
    // Each call is a span of its own.
    expect(new Set(received).size).toBe(6);
  });

  it('is a new one where the caller sends none, or none that can be read', async () => {
    const ids = [newOrderId('untraced'), newOrderId('ill-traced')];
    const [untraced = '', ill = ''] = ids;
    await place(untraced);
    await place(ill, { traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` });
    const traces = (await Promise.all(ids.map((id) => atRest(id)))).map(({ trace_id }) => trace_id);
    expect(new Set(traces).size).toBe(2);
    for (const trace of traces) expect(trace).toMatch(/^(?!0+$)[\da-f]{32}$/);
  });
});
