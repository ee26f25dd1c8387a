import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { violations } from './axe.ts';
import { product } from './product.ts';

const running = product();

const NOT_SERVED = { kind: 'refuse', code: 'address_not_served', message: 'We do not ship there' };

const mark = (page: Page, name: string) => page.locator('#headline .mark', { hasText: name });

const groupPath = (code: string): string => `/dashboard/review/group?step=process_payment&operation=undo&code=${code}`;

/** Orders whose refund is turned away until the payment service is mended. */
async function stuck(code: string, count: number): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, (_, index) => `${code.replaceAll('_', '-')}-${index + 1}`);
  for (const id of ids) {
    await running().setFault({ service: 'shipping', order_id: id, route: '/shipments', fault: NOT_SERVED });
    await running().setFault({ service: 'payment', order_id: id, route: '/refunds', fault: { kind: 'fail', status: 401, code } });
    await running().place(id);
  }
  return ids;
}

async function waitsInReview(page: Page, code: string, count: number): Promise<void> {
  const said = page.getByText(count === 1 ? '1 order waits' : `${count} orders wait`);
  const end = Date.now() + 30_000;
  for (;;) {
    await page.goto(groupPath(code));
    if ((await said.count()) === 1) return;
    if (Date.now() > end) throw new Error(`There are no ${count} orders in review for ${code}`);
    await page.waitForTimeout(300);
  }
}

const sagaStatusOf = async (id: string): Promise<unknown> => {
  const view = await running().statusOf(id);
  return typeof view === 'object' && view !== null && 'saga_status' in view ? view.saga_status : view;
};

describe('trying it', () => {
  it('a service is broken with a click, an order goes back, and all is well once it is mended', async () => {
    const page = await running().operator();
    await page.getByRole('link', { name: 'Try it' }).click();
    const payment = page.getByRole('region', { name: 'Payment' });
    await payment.getByRole('button', { name: 'Declines every card' }).click();
    await payment.getByText('Broken', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Place the order' }).click();
    await mark(page, 'Rolled back').waitFor();
    await page.getByText('Insufficient funds').first().waitFor();
    const id = (await page.getByRole('heading', { level: 1 }).innerText()).replace('Order', '').trim();
    await page.getByRole('link', { name: 'Try it' }).click();
    await page.locator('#recent').getByRole('link', { name: id, exact: true }).waitFor();
    await page.getByRole('link', { name: `ledgers of ${id}` }).click();
    await page.getByText(/^Released 1 × LAPTOP-X1/).waitFor();
    expect(await page.getByText(/^Charged/).count()).toBe(0);
    await page.goto('/dashboard/try-it');
    await payment.getByRole('button', { name: 'Mend it' }).click();
    await payment.getByText('Works', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Place the order' }).click();
    await mark(page, 'Completed').waitFor();
  });
});

describe('a review group', () => {
  it('is tried again stage by stage by itself, said aloud, and stops while nothing is mended', async () => {
    const ids = await stuck('token_over', 12);
    const page = await running().operator({ bypassCSP: true });
    await waitsInReview(page, 'token_over', 12);
    await page.getByText('15,599.88 USD goes back to customers, at most.').waitFor();
    await page.getByLabel('Note').fill('Is it mended?');
    await page.getByRole('button', { name: 'Try the oldest one again' }).click();
    await page.locator('#canary').getByText('Stopped: the same error has come back').waitFor();
    expect(await violations(page)).toEqual([]);
    await running().mend('payment');
    await waitsInReview(page, 'token_over', 12);
    await page.getByRole('button', { name: 'Try the oldest one again' }).click();
    await page.locator('#canary').getByText('Every order that waited has been tried again.').waitFor();
    expect(await page.locator('[data-teller]').innerText()).toBe('Stage 3: Every order that waited has been tried again.');
    expect(await page.locator('.tried').innerText()).toContain('12 came through');
    for (const id of ids) expect(await sagaStatusOf(id)).toBe('compensated');
    expect(await violations(page)).toEqual([]);
  });

  it('is tried again without a script, too, a click for each stage', async () => {
    await stuck('key_over', 2);
    const page = await running().operator({ javaScriptEnabled: false });
    await waitsInReview(page, 'key_over', 2);
    await running().mend('payment');
    await page.getByRole('button', { name: 'Try the oldest one again' }).click();
    const over = page.locator('#canary').getByText('Every order that waited has been tried again.');
    const end = Date.now() + 30_000;
    while ((await over.count()) === 0) {
      if (Date.now() > end) throw new Error('The group did not come to its end');
      await page.locator('#onward').click();
    }
    for (const id of ['key-over-1', 'key-over-2']) expect(await sagaStatusOf(id)).toBe('compensated');
  });
});

describe('an order in review', () => {
  it('is settled by hand with a note, and who is late is told calmly', async () => {
    await stuck('card_gone', 1);
    const page = await running().operator();
    await page.goto('/dashboard/orders/card-gone-1');
    await page.getByRole('link', { name: 'Retry or settle process payment' }).click();
    const late = await page.context().newPage();
    await late.goto(page.url());
    const form = page.getByRole('form', { name: 'It is settled by hand' });
    await form.getByLabel('Note').fill('Bank transfer 7781');
    await form.getByRole('button', { name: 'It is settled' }).click();
    await mark(page, 'Rolled back').waitFor();
    await page.getByText('Settled by hand, by Olga: Bank transfer 7781').first().waitFor();
    await late.getByRole('button', { name: 'Try it again' }).click();
    await late.getByRole('heading', { name: 'Nothing left to do' }).waitFor();
    await late.getByText('process payment is undone').waitFor();
  });
});

describe('a page that nobody sees', () => {
  it('keeps no connection, and is up to date once somebody sees it', async () => {
    const kept = { kind: 'accept', delay_ms: 3_600_000, outcome: 'succeeded' };
    await running().setFault({ service: 'shipping', order_id: 'unseen', route: '/shipments', fault: kept });
    await running().place('unseen');
    const page = await running().operator();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto('/dashboard/orders/unseen');
    const seen = (state: string) =>
      page.evaluate(`Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => '${state}' });
        document.dispatchEvent(new Event('visibilitychange'));`);
    const moves = () => asked.filter((url) => url.includes('/moves?')).length;
    await expect.poll(moves).toBe(1);
    const left = page.waitForEvent('requestfailed', (request) => request.url().includes('/moves?'));
    await seen('hidden');
    await left;
    await page.request.post('/dashboard/orders/unseen/cancel', { headers: { Origin: running().url } });
    await expect.poll(() => sagaStatusOf('unseen')).not.toBe('waiting');
    await mark(page, 'Waiting').waitFor();
    expect(moves()).toBe(1);
    await seen('visible');
    await mark(page, 'Going back').or(mark(page, 'Rolled back')).waitFor();
    expect(moves()).toBe(2);
  });
});

describe('the health page', () => {
  beforeAll(async () => {
    await running().sweep();
    await running().place('healthy');
  });

  it('has the figures of its charts as tables, and keeps them unfolded while it renews itself', async () => {
    const page = await running().operator();
    // Sooner than anyone would want to wait for.
    await page.route('**/dashboard/health', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replace('data-again="30000"', 'data-again="1500"') });
    });
    await page.goto('/dashboard/health');
    const chart = page.locator('#failing');
    await chart.getByText('Figures').click();
    await chart.getByRole('cell').first().waitFor();
    const before = await page.locator('.as-of').innerText();
    await page.evaluate(`window.sameAsBefore = true`);
    await expect.poll(() => page.locator('.as-of').innerText(), { timeout: 10_000 }).not.toBe(before);
    expect(await page.evaluate('window.sameAsBefore')).toBe(true);
    expect(await chart.locator('details').getAttribute('open')).not.toBeNull();
  });
});
