import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { CAR, listed, product, signIn } from './product.ts';

const running = product();

/** Slow enough to be watched, and done in the end. */
const SLOW = { kind: 'slow', delay_ms: 4_000 } as const;
const KEPT_WAITING = { kind: 'accept', delay_ms: 3_600_000, outcome: 'succeeded' } as const;

const mark = (page: Page, name: string) => page.locator('#headline .mark', { hasText: name });

/** Set on the page that is open now; gone when another is loaded. */
const notePage = (page: Page) => page.evaluate('window.sameAsBefore = true');
const isSamePage = (page: Page) => page.evaluate('window.sameAsBefore === true');

describe('signing in', () => {
  it('works with the keyboard alone, after a wrong token too, and out of reach of scripts', async () => {
    const context = await running().context();
    const page = await context.newPage();
    await page.goto('/dashboard/approvals');
    await page.keyboard.type('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await page.keyboard.type('local-operator');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Approvals' }).waitFor();
    expect(await page.evaluate('document.cookie')).toBe('');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.goto('/dashboard');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('lasts through a link on another site', async () => {
    const page = await running().operator();
    await running().place('linked');
    await page.route('http://elsewhere.test/', (route) =>
      route.fulfill({ contentType: 'text/html', body: `<a href="${running().url}/dashboard/orders/linked">The order</a>` }),
    );
    await page.goto('http://elsewhere.test/');
    await page.getByRole('link', { name: 'The order' }).click();
    await page.getByRole('heading', { name: 'Order linked' }).waitFor();
  });

  it("is no use to another site's form", async () => {
    const page = await running().operator();
    await running().place('forged');
    const form = `<form method="post" action="${running().url}/dashboard/orders/forged/cancel"><button>Win</button></form>`;
    await page.route('http://elsewhere.test/', (route) => route.fulfill({ contentType: 'text/html', body: form }));
    await page.goto('http://elsewhere.test/');
    await page.getByRole('button', { name: 'Win' }).click();
    await page.getByRole('heading', { name: 'Not taken' }).waitFor();
    expect(await running().statusOf('forged')).not.toMatchObject({ status: 'cancelled' });
  });

  it('lets the keyboard skip to the content', async () => {
    const page = await running().operator();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
  });
});

describe('searching', () => {
  it('finds an order by its id, its customer and its tracking number', async () => {
    const page = await running().operator();
    await running().place('sought', { customer_id: 'grace' });
    const search = async (what: string) => {
      await page.goto('/dashboard');
      await page.getByRole('searchbox').fill(what);
      await page.keyboard.press('Enter');
    };
    await search('sought');
    await page.getByRole('heading', { name: 'Order sought' }).waitFor();
    await mark(page, 'Completed').waitFor();
    const tracking = await page.locator('dt', { hasText: 'Tracking number' }).locator('xpath=following-sibling::dd').innerText();
    for (const what of ['grace', tracking.trim()]) {
      await listed(page, `/dashboard?q=${what}`, 'sought');
      await search(what);
      await page.getByRole('link', { name: 'sought', exact: true }).waitFor();
    }
  });
});

describe('an order that moves', () => {
  it('is watched live to its end, and is said aloud', async () => {
    await running().setFault({ service: 'shipping', order_id: 'watched', route: '/shipments', times: 1, fault: SLOW });
    await running().place('watched');
    const page = await running().operator();
    await page.goto('/dashboard/orders/watched');
    await notePage(page);
    await page.locator('.step', { hasText: 'Create shipment' }).getByText('Waits for an answer').waitFor();
    await page.locator('#attempts-of-process_payment').click();
    await mark(page, 'Completed').waitFor();
    expect(await isSamePage(page)).toBe(true);
    expect(await page.locator('#attempts-process_payment').getAttribute('open')).not.toBeNull();
    expect(await page.getByRole('status').first().innerText()).toMatch(/^Completed after/);
    expect(await page.locator('[data-live]').getAttribute('data-live')).toBe('');
  });

  it('is watched rolling back', async () => {
    const refusal = { kind: 'refuse', code: 'address_not_served', message: 'We do not ship there' };
    await running().setFault({ service: 'shipping', order_id: 'broken', route: '/shipments', fault: refusal });
    await running().setFault({ service: 'payment', order_id: 'broken', route: '/refunds', times: 1, fault: SLOW });
    await running().place('broken');
    const page = await running().operator();
    await page.goto('/dashboard/orders/broken');
    await mark(page, 'Going back').waitFor();
    await page.locator('.step', { hasText: 'Process payment' }).getByText('Being undone').waitFor();
    await notePage(page);
    await mark(page, 'Rolled back').waitFor();
    expect(await isSamePage(page)).toBe(true);
    expect(await page.locator('#books tbody tr').first().innerText()).toMatch(/Money USD\s+1,299\.99\s+1,299\.99\s+0\.00/);
  });

  it('is watched by nobody whose session is over', async () => {
    await running().setFault({ service: 'shipping', order_id: 'unseen', route: '/shipments', times: 1, fault: SLOW });
    await running().place('unseen');
    const page = await running().operator();
    await page.goto('/dashboard/orders/unseen');
    await page.locator('.step', { hasText: 'Create shipment' }).getByText('Waits for an answer').waitFor();
    await page.context().clearCookies();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('is followed without scripts, too', async () => {
    await running().setFault({ service: 'shipping', order_id: 'scriptless', route: '/shipments', times: 1, fault: SLOW });
    await running().place('scriptless');
    const page = await running().operator({ javaScriptEnabled: false });
    await page.goto('/dashboard/orders/scriptless');
    await mark(page, 'Running').waitFor();
    await mark(page, 'Completed').waitFor();
  });

  it('does not disturb what somebody is typing', async () => {
    await running().place('typed', { items: CAR });
    const page = await running().operator();
    await page.goto('/dashboard/orders/typed');
    const note = page.getByLabel('Note');
    await note.fill('Half a sen');
    const moved = page.locator('.moved');
    const before = await moved.innerText();
    // A heartbeat renews what is said of times past.
    await expect.poll(() => moved.innerText(), { timeout: 25_000 }).not.toBe(before);
    expect(await note.inputValue()).toBe('Half a sen');
  });
});

describe('what an operator does', () => {
  it('an approval is rejected, and no money was taken', async () => {
    await running().place('too-big', { items: CAR });
    const page = await running().operator();
    await listed(page, '/dashboard/approvals', 'too-big');
    const form = page.getByRole('form', { name: 'Approval of order too-big' });
    expect(await form.getByLabel('Decided by').inputValue()).toBe('Olga');
    await form.getByLabel('Note').fill('Nobody knows them');
    await form.getByRole('button', { name: 'Reject' }).click();
    await page.getByRole('status').getByRole('link', { name: 'too-big' }).click();
    await mark(page, 'Rolled back').waitFor();
    await page.getByText('Rejected by Olga: Nobody knows them').first().waitFor();
    expect(await running().statusOf('too-big')).toMatchObject({ status: 'cancelled', error: { code: 'approval_rejected' } });
  });

  it('an order is cancelled, after a look at what that would do', async () => {
    await running().setFault({ service: 'shipping', order_id: 'regretted', route: '/shipments', fault: KEPT_WAITING });
    await running().place('regretted');
    const page = await running().operator();
    await page.goto('/dashboard/orders/regretted');
    await page.locator('.step', { hasText: 'Create shipment' }).getByText('Was accepted and waits for its result').first().waitFor();
    await page.getByRole('link', { name: 'Cancel the order' }).click();
    await page.getByText('1,299.99 USD goes back to the customer.').waitFor();
    await page.getByLabel('Reason').fill('Regretted');
    await page.getByRole('button', { name: 'Cancel the order' }).click();
    await mark(page, 'Going back').or(mark(page, 'Rolled back')).waitFor();
    await page.getByText('It was cancelled: Regretted.').first().waitFor();
  });
});

describe('an order full of scripts and overrides', () => {
  it('does no harm on any page', async () => {
    const turn = '\u202E';
    const evil = `${turn}<script>alert(1)</script>"><img src="http://evil.test/x" onerror="alert(2)"><svg onload=alert(3)>`;
    const address = { street: evil, city: `</td>${evil}`, state: 'javascript:alert(4)', postal_code: turn, country: 'US' };
    const items = [{ sku: evil.slice(0, 64), name: evil, quantity: 1, unit_price: '20000.00' }];
    const refusal = { kind: 'refuse', code: 'no', message: evil };
    await running().setFault({ service: 'shipping', order_id: 'evil-stuck', route: '/shipments', fault: refusal });
    await running().setFault({ service: 'payment', order_id: 'evil-stuck', route: '/refunds', fault: { ...refusal, code: 'evil' } });
    await running().place('evil-stuck', { customer_id: evil });
    await running().place('evil', { customer_id: evil, items, shipping_address: address, payment_method: 'credit_card' });
    const context = await running().context();
    const page = await context.newPage();
    const harm: string[] = [];
    page.on('dialog', (dialog) => {
      harm.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('pageerror', (error) => harm.push(`error: ${error.message}`));
    page.on('request', (request) => {
      if (!request.url().startsWith(`${running().url}/`)) harm.push(`request: ${request.url()}`);
    });
    await signIn(page);
    page.on('console', (message) => harm.push(`console: ${message.text()}`));
    await listed(page, '/dashboard', 'evil');
    await listed(page, '/dashboard/approvals', 'evil');
    await page.getByLabel('Note').first().fill(evil);
    for (const path of [`?q=${encodeURIComponent(evil)}`, '/orders/evil', '/orders/evil/cancel']) await page.goto(`/dashboard${path}`);
    await listed(page, '/dashboard/review', 'evil-stuck');
    const group = '/review/group?step=process_payment&operation=undo&code=evil';
    const stuck = [
      '/orders/evil-stuck',
      group,
      '/review/orders/evil-stuck?step=process_payment',
      '/health',
      '/try-it',
      '/try-it/orders/evil',
    ];
    for (const path of stuck) {
      await page.goto(`/dashboard${path}`);
      expect(await page.locator('script:not([src]), img, main svg[onload], iframe').count()).toBe(0);
    }
    await page.goto('/dashboard/orders/evil');
    await page.getByLabel('Note').fill(evil);
    await page.getByRole('button', { name: 'Reject' }).click();
    await mark(page, 'Rolled back').waitFor();
    await page.locator('#history-summary').click();
    expect(await page.locator('#facts bdi').first().innerText()).toContain('<script>alert(1)</script>');
    expect(await page.locator('script:not([src]), img, main svg[onload], iframe').count()).toBe(0);
    expect(harm).toEqual([]);
  });

  it('would be stopped by the policy, had one come through', async () => {
    const page = await running().operator();
    const refused: string[] = [];
    page.on('console', (message) => refused.push(message.text()));
    await page.evaluate(`document.body.insertAdjacentHTML('beforeend', '<img src="http://evil.test/" onerror="window.harmed = true">')`);
    await expect.poll(() => refused.join('\n')).toMatch(/Content Security Policy/);
    expect(await page.evaluate('window.harmed')).toBeUndefined();
  });
});
