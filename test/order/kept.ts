/** Everything that an order's object has in its storage. */

import { runInDurableObject } from 'cloudflare:test';
import * as z from 'zod';
import type { OrderSaga } from '../../src/order/order-saga.ts';
import { objectOf } from './shop.ts';

const table = z.object({ name: z.string() });

export const keptInObject = (orderId: string): Promise<unknown> =>
  runInDurableObject<OrderSaga, unknown>(objectOf(orderId), (_, { storage }) => {
    const names = z
      .array(table)
      .parse(storage.sql.exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray());
    const rows = names.map(({ name }) => [name, storage.sql.exec(`SELECT * FROM ${name}`).toArray()]);
    return { rows, values: [...storage.kv.list()] };
  });
