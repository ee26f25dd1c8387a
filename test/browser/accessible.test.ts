import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { violations } from './axe.ts';
import { CAR, listed, product } from './product.ts';

const running = product();

/** Where to keep what the pages look like, for people to look at. */
const SCREENSHOTS = process.env['SCREENSHOTS'];

const PAGES = [
  ['sign-in', '/dashboard/sign-in'],
  ['orders', '/dashboard?status='],
  ['orders-filtered', '/dashboard?status=completed&saga=order_fulfillment'],
  ['orders-none', '/dashboard?q=nobody'],
  ['orders-overdue', '/dashboard?overdue=1'],
  ['approvals', '/dashboard/approvals'],
  ['order-completed', '/dashboard/orders/fine'],
  ['order-rolled-back', '/dashboard/orders/declined'],
  ['order-needs-a-person', '/dashboard/orders/stuck'],
  ['order-going-back', '/dashboard/orders/back'],
  ['order-waiting', '/dashboard/orders/big'],
  ['cancel', '/dashboard/orders/fine/cancel'],
  ['review', '/dashboard/review'],
  ['review-group', '/dashboard/review/group?step=process_payment&operation=undo&code=card_closed'],
  ['review-order', '/dashboard/review/orders/stuck?step=process_payment'],
  ['review-nothing', '/dashboard/review/orders/fine?step=process_payment'],
  ['health', '/dashboard/health'],
  ['try-it', '/dashboard/try-it'],
  ['try-it-ledgers', '/dashboard/try-it/orders/stuck'],
  ['not-found', '/dashboard/orders/none'],
] as const;

const LOOKS = [
  ['light', { colorScheme: 'light', viewport: { width: 1280, height: 900 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1280, height: 900 } }],
  ['phone', { colorScheme: 'light', viewport: { width: 360, height: 740 } }],
] as const;

beforeAll(async () => {
  const refusal = (code: string, message: string) => ({ kind: 'refuse', code, message });
  const faults = [
    ['payment', 'declined', '/charges', refusal('card_declined', 'The card was declined')],
    ['shipping', 'stuck', '/shipments', refusal('address_not_served', 'We do not ship there')],
    ['payment', 'stuck', '/refunds', refusal('card_closed', 'The card is closed')],
    ['shipping', 'back', '/shipments', refusal('address_not_served', 'We do not ship there')],
    ['payment', 'back', '/refunds', { kind: 'fail', status: 503 }],
  ] as const;
  for (const [service, order_id, route, fault] of faults) await running().setFault({ service, order_id, route, fault });
  for (const id of ['fine', 'declined', 'stuck', 'back']) await running().place(id);
  await running().place('big', { items: CAR });
  await running().sweep();
  const page = await running().operator();
  for (const id of ['fine', 'declined', 'stuck', 'big']) await listed(page, '/dashboard', id);
  await running().sweep();
});

describe.each(LOOKS)('%s', (look, options) => {
  it.each(PAGES)('%s is for everyone, and fits', async (name, path) => {
    const page = await running().operator({ ...options, bypassCSP: true });
    await page.goto(path);
    // Unfolded, so that what is in there is looked at, too.
    await page.evaluate('document.querySelectorAll("main details").forEach((details) => { details.open = true; })');
    if (SCREENSHOTS !== undefined) {
      mkdirSync(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: join(SCREENSHOTS, `${name}-${look}.png`), fullPage: true });
    }
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(options.viewport.width);
    await page.context().close();
  });
});
