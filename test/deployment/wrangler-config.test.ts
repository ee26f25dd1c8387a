import { describe, expect, it } from 'vitest';
import { DEPLOYED_CONFIG, LOCAL_CONFIG } from './sources.ts';
import { tablesOf, tablesUnder, type Table } from './toml-tables.ts';

const STAGING = /^(\[?)env\.staging\./;

const all = tablesOf(DEPLOYED_CONFIG);
const deployed = all.filter(({ header }) => !STAGING.test(header));
/** With the headers that the same tables have where nothing is an environment's. */
const staging = all
  .filter(({ header }) => STAGING.test(header))
  .map((table) => ({ ...table, header: table.header.replace(STAGING, '$1') }));
const local = tablesOf(LOCAL_CONFIG);

const only = (tables: readonly Table[], header: string): Table['values'] => {
  const [found, ...others] = tablesUnder(tables, header);
  if (!found || others.length > 0) throw new Error(`Expected one table [${header}], got ${tablesUnder(tables, header).length}`);
  return found;
};

const ORDERS = '{ name = "ORDERS", class_name = "OrderSaga" }';
const LEDGERS = '{ name = "SIMULATED_LEDGERS", class_name = "SimulatedLedger" }';

describe('what is deployed and what runs locally', () => {
  it.each(['[queues.producers]', '[queues.consumers]'])('have the same [%s], with the same settings', (header) => {
    expect(tablesUnder(deployed, header)).not.toEqual([]);
    expect(tablesUnder(local, header)).toEqual(tablesUnder(deployed, header));
  });

  it.each(['exports.OrderSaga', 'observability'])('have the same [%s]', (header) =>
    expect(only(local, header)).toEqual(only(deployed, header)),
  );

  it('have the same name and compatibility date', () => {
    const { main: _main, ...shared } = only(deployed, '');
    expect(only(local, '')).toMatchObject(shared);
  });

  it('have the same database, whose migrations are the same folder; only locally has it an id', () => {
    const { migrations_dir: own, ...database } = only(deployed, '[d1_databases]');
    const { migrations_dir: others, database_id: _id, ...same } = only(local, '[d1_databases]');
    expect([same, own, others]).toEqual([database, '"src/read-model/migrations"', '"../read-model/migrations"']);
    expect(database).toEqual({ binding: '"READ_MODEL"', database_name: '"backstitch"' });
    expect(only(local, 'triggers')).toEqual(only(deployed, 'triggers'));
  });

  it('have the same variables; local use adds its tokens and its secret', () => {
    const names = Object.keys(only(deployed, 'vars'));
    expect(Object.keys(only(local, 'vars')).toSorted()).toEqual([...names, 'API_TOKENS', 'CALLBACK_SECRET'].toSorted());
  });

  it('have the orders; local use adds the simulated services', () => {
    expect(only(deployed, 'durable_objects')).toMatchObject({ bindings: `[${ORDERS}]` });
    expect(only(local, 'durable_objects')).toEqual({ ...only(deployed, 'durable_objects'), bindings: `[${ORDERS}, ${LEDGERS}]` });
    expect(only(local, 'exports.SimulatedLedger')).toEqual(only(deployed, 'exports.OrderSaga'));
  });

  it('hold clients to a rate; local use to none that anybody notices', () => {
    const { simple, ...rate } = only(deployed, '[ratelimits]');
    expect([simple, only(local, '[ratelimits]')]).toEqual([
      '{ limit = 6000, period = 60 }',
      { ...rate, simple: '{ limit = 1000000, period = 60 }' },
    ]);
  });

  it('have nothing else that differs', () => {
    const headers = (tables: readonly Table[]) => new Set(tables.map(({ header }) => header));
    const missing = (from: readonly Table[], tables: readonly Table[]) =>
      [...headers(tables)].filter((header) => !headers(from).has(header));
    expect(missing(deployed, local)).toEqual(['exports.SimulatedLedger', '[services]']);
    expect(missing(local, deployed)).toEqual([]);
  });
});

describe('what is deployed', () => {
  it('starts at the coordinator, and names nothing local', () => {
    expect(only(deployed, '')).toMatchObject({ main: '"src/index.ts"' });
    expect(JSON.stringify(deployed)).not.toMatch(/simulated|local|token|whsec|services|dev/i);
  });

  it('knows no participant and no one who may ask before somebody says so', () => {
    const { INVENTORY_URL, PAYMENT_URL, SHIPPING_URL, NOTIFICATION_URL, PARTICIPANTS } = only(deployed, 'vars');
    expect([INVENTORY_URL, PAYMENT_URL, SHIPPING_URL, NOTIFICATION_URL]).toEqual(['""', '""', '""', '""']);
    expect(PARTICIPANTS).toBe('"{}"');
    expect(only(deployed, 'vars')).toMatchObject({ TIME_SCALE: '"1"', CONFIRMATION_FAILURE: '"compensate"' });
  });

  it('posts its domain events nowhere before somebody says so', () => {
    expect(only(deployed, 'vars')).toMatchObject({ EVENT_WEBHOOK_URL: '""' });
  });

  it('keeps its logs', () => expect(only(deployed, 'observability')).toMatchObject({ enabled: 'true' }));

  it('consumes every queue that it sends to, and the dead letters of each', () => {
    const consumers = tablesUnder(deployed, '[queues.consumers]');
    const queues = consumers.map(({ queue }) => queue);
    const sentTo = tablesUnder(deployed, '[queues.producers]').map(({ queue }) => queue);
    expect(sentTo).toContain('"order-events"');
    const living = consumers.filter(({ queue }) => sentTo.includes(queue));
    expect(living.map(({ queue }) => queue)).toEqual(sentTo);
    for (const { queue, dead_letter_queue } of living) {
      expect(dead_letter_queue).toBe(queue?.replace(/"$/, '-dead"'));
      expect(queues).toContain(dead_letter_queue);
    }
    expect(queues).toHaveLength(2 * sentTo.length);
  });
});

describe('staging', () => {
  /** What wrangler gives to no environment by itself: https://developers.cloudflare.com/workers/wrangler/configuration/#non-inheritable-keys */
  const INHERITED = new Set(['', 'exports.OrderSaga', 'triggers', 'observability', '[rules]']);

  /** Names of its own for what holds data. */
  const renamed = (text: string): string =>
    text
      .replaceAll(/"(?:backstitch-)?(compensations|notifications|order-events)/g, '"backstitch-staging-$1')
      .replaceAll('"database_name":"\\"backstitch\\""', '"database_name":"\\"backstitch-staging\\""');

  it('is what is deployed, table for table, with names of its own', () => {
    const own = deployed.filter(({ header }) => !INHERITED.has(header));
    expect(staging).toEqual(JSON.parse(renamed(JSON.stringify(own))));
    expect(staging.map(({ header }) => header)).toEqual(
      expect.arrayContaining(['vars', 'durable_objects', '[queues.producers]', '[queues.consumers]', '[d1_databases]']),
    );
  });

  it('shares no queue and no database with what it is to try', () => {
    const named = (tables: readonly Table[]) =>
      tables
        .flatMap(({ values }) => [values['queue'], values['dead_letter_queue'], values['database_name']])
        .filter((name) => name !== undefined);
    expect(named(staging)).toHaveLength(named(deployed).length);
    expect(named(staging).filter((name) => named(deployed).includes(name))).toEqual([]);
  });
});

it('the services of local use are the simulated ones, in the same Worker', () => {
  const { name } = only(local, '');
  expect(tablesUnder(local, '[services]')).toEqual(
    ['INVENTORY', 'PAYMENT', 'SHIPPING', 'NOTIFICATION'].map((binding) => ({
      binding: `"${binding}"`,
      service: name,
      entrypoint: '"SimulatedServices"',
    })),
  );
});

describe('the tables of a configuration', () => {
  it('are read without comments and blank lines', () => {
    expect(tablesOf('a = 1\n\n# b = 2\n[vars]\nC = "3"\n[[list]]\nd = 4\n[[list]]\nd = 5')).toEqual([
      { header: '', values: { a: '1' } },
      { header: 'vars', values: { C: '"3"' } },
      { header: '[list]', values: { d: '4' } },
      { header: '[list]', values: { d: '5' } },
    ]);
  });

  it('are not read at all where they are written otherwise', () => {
    for (const text of ['a', 'a: 1', 'a = [\n1\n]', '"a.b" = 1']) expect(() => tablesOf(text)).toThrow('unknown form');
  });
});
