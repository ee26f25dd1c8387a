import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { applySummaries } from '../../src/read-model/apply.ts';
import { eraseCustomer } from '../../src/read-model/erasing.ts';
import { overdueOrders } from '../../src/read-model/overdue.ts';
import { begun, START } from './summaries.ts';

it('an order whose object is gone owes nothing any more: nobody looks at it again', async () => {
  await applySummaries(env.READ_MODEL, [begun('gone', { view: { customer_id: 'c-gone' } })]);
  const later = START + 3_600_000;
  expect(await overdueOrders(env.READ_MODEL, later, 10)).toHaveLength(1);
  const erased = await eraseCustomer(env.READ_MODEL, async () => null, { tenant: 'acme', customerId: 'c-gone' }, { limit: 10 });
  expect(erased).toMatchObject({ erased: 1, left: [] });
  expect(await overdueOrders(env.READ_MODEL, later, 10)).toEqual([]);
});
