import { describe, expect, it } from 'vitest';
import { IDLE_MS, SESSION_MS } from '../../src/dashboard/session.ts';
import { COOKIE, Dashboard, isOpen } from './desk.ts';

describe('a session', () => {
  it('is over when it was not used for an hour', async () => {
    const dashboard = new Dashboard();
    const [used, unused] = [await dashboard.signedIn(), await dashboard.signedIn()];
    dashboard.now += IDLE_MS - 1;
    expect(await isOpen(used)).toBe(true);
    dashboard.now += 1;
    expect(await isOpen(unused)).toBe(false);
    expect(await isOpen(used)).toBe(true);
  });

  it('is kept alive by nothing that a page does by itself', async () => {
    const dashboard = new Dashboard();
    const browser = await dashboard.signedIn();
    dashboard.now += IDLE_MS - 1;
    expect((await browser.visit('/dashboard', { headers: { 'Sec-Fetch-Dest': 'empty' } })).status).toBe(200);
    dashboard.now += 1;
    expect(await isOpen(browser)).toBe(false);
  });

  it('is over after its time, however much it is used', async () => {
    const dashboard = new Dashboard();
    const browser = await dashboard.signedIn();
    for (let used = 0; used < SESSION_MS - 1; used += IDLE_MS / 2) {
      expect(await isOpen(browser)).toBe(true);
      dashboard.now += IDLE_MS / 2;
    }
    expect(await isOpen(browser)).toBe(false);
  });

  it('ends with its token', async () => {
    const dashboard = new Dashboard();
    const browser = await dashboard.signedIn();
    dashboard.tokens = JSON.stringify([
      { token: 'another-operator', role: 'operator' },
      { token: 'acme-client', role: 'client', tenant: 'acme' },
    ]);
    expect(await isOpen(browser)).toBe(false);
  });

  it('ends where its token is no operator’s any more', async () => {
    const dashboard = new Dashboard();
    const browser = await dashboard.signedIn();
    dashboard.tokens = JSON.stringify([
      { token: 'the-operator', role: 'metrics' },
      { token: 'acme-client', role: 'client', tenant: 'acme' },
    ]);
    expect(await isOpen(browser)).toBe(false);
  });

  it('lives on while other tokens change, and where the token is given as its digest', async () => {
    const dashboard = new Dashboard();
    const browser = await dashboard.signedIn();
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode('the-operator')));
    const hex = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    dashboard.tokens = JSON.stringify([
      { token: 'new-client', role: 'client', tenant: 'acme' },
      { token: `sha256:${hex}`, role: 'operator' },
    ]);
    expect(await isOpen(browser)).toBe(true);
  });

  it('can not be made or changed by its bearer', async () => {
    const dashboard = new Dashboard();
    const browser = await dashboard.signedIn();
    const [payload = '', signature = ''] = (browser.cookies.get(COOKIE) ?? '').split('.');
    const forged = btoa(JSON.stringify({ name: '', expiresAt: dashboard.now * 2, endsAt: dashboard.now * 2 })).replaceAll('=', '');
    const last = signature.at(-2) === 'A' ? 'B' : 'A';
    const others = [
      `${forged}.${signature}`,
      `${payload}.${signature.slice(0, -2)}${last}${signature.at(-1)}`,
      payload,
      `${payload}.`,
      `.${signature}`,
    ];
    for (const value of [...others, `${payload}.${signature}.${signature}`, '', '.', 'a', 'ä.ö', `${payload}.${payload}`]) {
      browser.cookies.set(COOKIE, value);
      expect(await isOpen(browser), value).toBe(false);
    }
    browser.cookies.set(COOKIE, `${payload}.${signature}`);
    expect(await isOpen(browser)).toBe(true);
  });
});
