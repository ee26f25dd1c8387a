import { Hono } from 'hono';
import { D1Store, participant, type Variables } from '../../../../src/participants/kit/index.ts';

interface Env {
  DB: D1Database;
}

interface Order {
  items: { sku: string; quantity: number }[];
}

const app = new Hono<{ Bindings: Env; Variables: Variables<D1PreparedStatement> }>();

app.use(participant({ store: ({ DB }: Env) => new D1Store(DB) }));

const moved = (db: D1Database, { items }: Order, sign: 1 | -1) =>
  items.map(({ sku, quantity }) => db.prepare('update stock set level = level + ? where sku = ?').bind(sign * quantity, sku));

async function isThere(db: D1Database, { items }: Order) {
  const level = db.prepare('select level from stock where sku = ?');
  const levels = await db.batch<{ level: number }>(items.map(({ sku }) => level.bind(sku)));
  return items.every(({ quantity }, at) => quantity <= (levels[at]?.results[0]?.level ?? 0));
}

app.post('/availability', async (c) => c.json({ available: await isThere(c.env.DB, await c.req.json()) }));

app.post('/reservations', async (c) => {
  const order = await c.req.json<Order>();
  if (!(await isThere(c.env.DB, order))) return c.json({ code: 'out_of_stock', message: 'Out of stock' }, 409);
  c.var.operation.write(...moved(c.env.DB, order, -1));
  return c.json({ reservation_id: crypto.randomUUID() }, 201);
});

app.post('/reservations/release', (c) => {
  const { undoing, write } = c.var.operation;
  if (undoing?.state !== 'done') return c.json({ undone: false });
  const order: Order = JSON.parse(undoing.request);
  write(...moved(c.env.DB, order, 1));
  return c.json({ undone: true });
});

export default app;
