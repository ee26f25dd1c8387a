import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { deliver, message } from '../../queues/delivery.ts';
import { UNDOS } from '../points.ts';
import {
  atRest,
  call,
  configure,
  eventually,
  expectUndone,
  losingQueue,
  newOrderId,
  objectOf,
  place,
  received,
  setFault,
} from '../shop.ts';
import { callsTo, kill, movements, released } from './alone.ts';

/** Seconds, on a machine that is not busy with other things as well. */
const HEAVY_MS = 180_000;

/** An order whose charge is under way. */
async function charging(): Promise<string> {
  const id = newOrderId('poisoned');
  await setFault('payment', id, { route: '/charges', times: 1, fault: { kind: 'hang' } });
  await place(id);
  await received(id, '/charges');
  return id;
}

/** An order whose journal holds a row that nobody can read. */
async function poisoned(): Promise<string> {
  const id = await charging();
  await runInDurableObject(objectOf(id), (_, { storage }) => {
    storage.sql.exec('UPDATE journal SET events = \'[{"type": "NobodyKnows"}]\' WHERE seq > 1');
  });
  await kill(id);
  expect(await (await call('GET', `/api/v1/orders/${id}`)).json()).toMatchObject({ saga_status: 'needs_review' });
  return id;
}

/** An order whose object throws whatever a queue brings it. */
async function throwing(): Promise<string> {
  const id = await charging();
  await kill(id);
  await configure(id, { TIME_SCALE: 'fast' });
  return id;
}

/** Fifty orders that go back from their shipment, with a refund and a release still to be made. */
async function fiftyGoingBack(settings: Readonly<Record<string, unknown>> = {}): Promise<readonly string[]> {
  const ids = Array.from({ length: 50 }, () => newOrderId('healthy'));
  const noCarrier = { kind: 'refuse', status: 422, code: 'no_carrier', message: 'No' } as const;
  await Promise.all(
    ids.map(async (id) => {
      await configure(id, settings);
      await setFault('shipping', id, { route: '/shipments', fault: noCarrier });
      await place(id);
    }),
  );
  return ids;
}

async function expectAllUndone(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await released(id);
    const view = await atRest(id);
    expect(view).toMatchObject({ status: 'failed', saga_status: 'compensated', error: { code: 'no_carrier' } });
    expect(Date.parse(view.updated_at)).toBeLessThan(Date.parse(view.deadline_at));
    expect(await movements(id)).toEqual({ charges: 1, refunds: 1 });
    await expectUndone(id);
  }
}

describe('one poisoned order among fifty healthy ones', () => {
  it(
    'keeps none of them waiting, though its messages stand in the queues before theirs',
    async () => {
      const bad = await poisoned();
      // The life before may have begun a second one before it ended: it had read the journal while that was well.
      const charges = (await callsTo(bad, '/charges')).length;
      for (let copies = 0; copies < 5; copies += 1) {
        for (const { step } of UNDOS) await env.COMPENSATIONS.send(message(bad, step, 'undo'));
        await env.NOTIFICATIONS.send(message(bad, 'send_confirmation', 'do'));
      }
      await expectAllUndone(await fiftyGoingBack());
      expect(await callsTo(bad, '/charges')).toHaveLength(charges);
    },
    HEAVY_MS,
  );

  it(
    'is the only one to come back where all stand in one batch',
    async () => {
      const bad = await throwing();
      const lost: unknown[] = [];
      const good = await fiftyGoingBack({ COMPENSATIONS: losingQueue(lost) });
      for (const step of ['process_payment', 'reserve_inventory']) {
        const areLost = () => good.every((id) => JSON.stringify(lost).includes(JSON.stringify(message(id, step, 'undo'))));
        await eventually(areLost, `fifty messages about ${step}`);
        const { explicitAcks, retryMessages } = await deliver(
          'backstitch-compensations',
          [bad, ...good].map((id) => message(id, step, 'undo')),
        );
        expect(retryMessages.map(({ msgId }) => msgId)).toEqual(['m0']);
        expect(explicitAcks).toHaveLength(50);
      }
      await expectAllUndone(good);
    },
    HEAVY_MS,
  );
});
