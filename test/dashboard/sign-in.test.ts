import { describe, expect, it } from 'vitest';
import { TOKENS } from '../http/edge.ts';
import { Dashboard, isOpen } from './desk.ts';
import { attributes, text, texts } from './html.ts';

const PAGES = [
  '/dashboard',
  '/dashboard/approvals',
  '/dashboard/orders/one',
  '/dashboard/orders/one/live',
  '/dashboard/orders/one/moves',
  '/dashboard/nowhere',
];

describe('who is not signed in', () => {
  it.each(PAGES)('sees at %s nothing but the door', async (path) => {
    const answer = await new Dashboard().browser().visit(`${path}?a=b`);
    const page = await answer.text();
    expect(answer.status).toBe(401);
    expect(await text(page, 'h1')).toBe('Sign in');
    expect(await attributes(page, '[name=to]', 'value')).toEqual([`${path}?a=b`]);
  });

  it.each(['approval', 'cancel'])('can not post to an order: %s', async (command) => {
    const answer = await new Dashboard().browser().visit(`/dashboard/orders/one/${command}`, { form: { decision: 'approve', by: 'me' } });
    expect(answer.status).toBe(401);
  });

  it('is led from / to the dashboard', async () => {
    const answer = await new Dashboard().browser().visit('/');
    expect([answer.status, answer.headers.get('Location')]).toEqual([302, '/dashboard']);
  });
});

describe('signing in', () => {
  it('opens every page, and leads on to where one wanted to go', async () => {
    const browser = new Dashboard().browser();
    const answer = await browser.signIn('the-operator', { to: '/dashboard/approvals?cursor=next' });
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/dashboard/approvals?cursor=next']);
    expect(await text(await browser.page('/dashboard/approvals'), 'h1')).toBe('Approvals');
  });

  it.each(['https://evil.test/', '//evil.test/dashboard', '/\\evil.test', 'javascript:alert(1)', '/api/v1/orders', '/dashboardx', ''])(
    'never leads on to %j',
    async (to) => {
      const answer = await new Dashboard().browser().signIn('the-operator', { to });
      expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/dashboard']);
    },
  );

  it('needs a token that is configured', async () => {
    const browser = new Dashboard().browser();
    for (const token of ['the-operato', '', 'the-operator2']) {
      const answer = await browser.signIn(token);
      expect(answer.status).toBe(401);
      expect(await text(await answer.text(), '[role=alert]')).toBe('That is no token that is configured.');
    }
    expect((await browser.visit('/dashboard/sign-in', { form: {} })).status).toBe(401);
    expect(browser.cookies.size).toBe(0);
  });

  it.each(['acme-client', 'the-metrics'])("is not for others' tokens: %s", async (token) => {
    const browser = new Dashboard().browser();
    const answer = await browser.signIn(token);
    expect(answer.status).toBe(403);
    expect(await text(await answer.text(), '[role=alert]')).toContain('for operators');
    expect(browser.cookies.size).toBe(0);
  });

  it('keeps the session out of reach of scripts, other sites and plain connections', async () => {
    const answer = await new Dashboard().browser().signIn();
    const cookie = answer.headers.get('Set-Cookie') ?? '';
    expect(cookie).toMatch(/^__Host-backstitch-session=/);
    for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/', 'Max-Age=3600']) expect(cookie).toContain(attribute);
    expect(cookie).not.toContain('the-operator');
  });

  it('works without encryption where there is none: local use', async () => {
    const dashboard = new Dashboard();
    const browser = dashboard.browser('http://localhost:8787');
    const cookie = (await browser.signIn()).headers.get('Set-Cookie') ?? '';
    expect(cookie).toContain('HttpOnly');
    expect(cookie).not.toContain('Secure');
    expect(await isOpen(browser)).toBe(true);
  });

  it('is undone by signing out', async () => {
    const browser = await new Dashboard().signedIn();
    const answer = await browser.visit('/dashboard/sign-out', { form: {} });
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/dashboard/sign-in']);
    expect(await isOpen(browser)).toBe(false);
  });
});

describe("another site's", () => {
  const foreign = [
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
    { Origin: 'https://evil.test' },
    { Origin: 'null' },
  ];

  it.each(foreign)('form is not taken: %j', async (headers) => {
    const browser = await new Dashboard().signedIn();
    for (const path of ['/dashboard/sign-out', '/dashboard/orders/one/cancel', '/dashboard/orders/one/approval', '/dashboard/sign-in']) {
      const answer = await browser.visit(path, { form: { token: 'the-operator' }, headers });
      expect([path, answer.status]).toEqual([path, 403]);
    }
    expect(await isOpen(browser)).toBe(true);
  });

  it('link is opened again from here, since its request has no cookie', async () => {
    const dashboard = new Dashboard();
    const answer = await dashboard.browser().visit('/dashboard/orders/one', { headers: { 'Sec-Fetch-Site': 'cross-site' } });
    const page = await answer.text();
    expect(await attributes(page, 'meta[http-equiv=refresh]', 'content')).toEqual(['0']);
    expect(await texts(page, 'form')).toEqual([]);
  });
});

describe('what a browser may do with a page', () => {
  it.each(PAGES)('%s: nothing inline, nothing from elsewhere, in no frame, in no cache', async (path) => {
    const browser = await new Dashboard().signedIn();
    for (const { headers } of [await browser.visit(path), await new Dashboard().browser().visit(path)]) {
      const policy = headers.get('Content-Security-Policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("form-action 'self'");
      expect(policy).not.toMatch(/unsafe|https?:|data:|\*/);
      expect(headers.get('X-Frame-Options')).toBe('DENY');
      expect(headers.get('Referrer-Policy')).toBe('same-origin');
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
      expect(headers.get('Cache-Control')).toBe('no-store');
    }
  });

  it.each(['/dashboard', '/dashboard/approvals'])('%s has no script, style or handler in it', async (path) => {
    const page = await (await new Dashboard().signedIn()).page(path);
    expect(await texts(page, 'script:not([src]), style, [style]')).toEqual([]);
    expect(page).not.toMatch(/<[^>]+\son[a-z]+\s*=/i);
    const addresses = [...(await attributes(page, '[src]', 'src')), ...(await attributes(page, '[href]', 'href'))];
    expect(addresses.filter((address) => !/^(?:\/(?!\/)|#)/.test(address ?? ''))).toEqual([]);
  });

  it('the style, the script and the icon may be kept for ever, under names that change with their content', async () => {
    const browser = await new Dashboard().signedIn();
    const page = await browser.page('/dashboard');
    const addresses = [...(await attributes(page, 'link[href]', 'href')), ...(await attributes(page, 'script[src]', 'src'))];
    expect(addresses).toHaveLength(3);
    for (const address of addresses) {
      const answer = await new Dashboard().browser().visit(address ?? '');
      expect(address).toMatch(/-[0-9a-f]{8,}\.(?:css|js|svg)$/);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
      expect((await answer.text()).length).toBeGreaterThan(100);
    }
  });
});

describe('a form that is too long', () => {
  it.each(['/dashboard/sign-in', '/dashboard/orders/one/cancel'])('is not read to its end: %s', async (path) => {
    const browser = new Dashboard().browser();
    const answer = await browser.visit(path, { form: { token: 'the-operator', name: 'x'.repeat(65_536) } });
    expect(answer.status).toBe(413);
    expect(answer.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    expect(browser.cookies.size).toBe(0);
  });

  it('nor where it says beforehand how long it is', async () => {
    const answer = await new Dashboard().browser().visit('/dashboard/sign-in', { form: {}, headers: { 'Content-Length': '65537' } });
    expect(answer.status).toBe(413);
  });
});

describe('without API_TOKENS', () => {
  it.each([...PAGES, '/dashboard/sign-in'])('%s says so, and nobody gets in', async (path) => {
    const answer = await new Dashboard('').browser().visit(path);
    expect(answer.status).toBe(503);
    expect(await text(await answer.text(), 'h1')).toBe('Not configured');
  });

  it('nobody can sign in', async () => expect((await new Dashboard('').browser().signIn()).status).toBe(503));
});

describe('with several tenants', () => {
  it.each(['/dashboard', '/dashboard/approvals'])('%s asks whose orders are meant', async (path) => {
    const browser = await new Dashboard(TOKENS).signedIn();
    const answer = await browser.visit(path);
    expect(answer.status).toBe(400);
    expect(await attributes(await answer.text(), '.choices a', 'href')).toEqual([`${path}?tenant=acme`, `${path}?tenant=bolt`]);
  });

  it('every way leads to the tenant that is looked at', async () => {
    const dashboard = new Dashboard(TOKENS);
    const page = await (await dashboard.signedIn()).page('/dashboard?tenant=bolt');
    expect(dashboard.readModel.asked.at(-1)).toMatchObject({ tenant: 'bolt' });
    const ways = (await attributes(page, 'main a, nav[aria-label=Pages] a', 'href')).filter((address) => !address?.includes('tenant=bolt'));
    expect(ways).toEqual([]);
    expect(await attributes(page, 'form[method=get] [name=tenant]', 'value')).toEqual(['bolt', 'bolt']);
  });

  it('a tenant that no token names can be looked at, one that can not be is asked for', async () => {
    const browser = await new Dashboard(TOKENS).signedIn();
    expect((await browser.visit('/dashboard?tenant=gone')).status).toBe(200);
    expect((await browser.visit('/dashboard?tenant=a.b')).status).toBe(400);
  });
});

describe('what goes wrong', () => {
  it('is told without what went wrong', async () => {
    const dashboard = new Dashboard();
    const browser = await dashboard.signedIn();
    dashboard.readModel.tallies = () => Promise.reject(new Error('secret: the disk is full'));
    const answer = await browser.visit('/dashboard');
    expect(answer.status).toBe(500);
    expect(answer.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    expect(await answer.text()).not.toContain('disk');
  });

  it('a page that does not exist says so', async () => {
    expect((await (await new Dashboard().signedIn()).visit('/dashboard/nowhere')).status).toBe(404);
  });
});
