/** The dashboard under test, over orders and lists in memory, and a browser that visits it: it keeps cookies and says where it comes from. */

import { createApp } from '../../src/http/app.ts';
import { dashboardRoutes } from '../../src/dashboard/dashboard.ts';
import type { AccessBindings, FetchKeys } from '../../src/dashboard/access-jwt.ts';
import type { EdgeBindings } from '../../src/http/access.ts';
import { FakeOrders } from '../http/fake-orders.ts';
import { FakeReadModel } from '../http/fake-read-model.ts';
import { START } from '../read-model/summaries.ts';

const ONE_TENANT = JSON.stringify([
  { token: 'acme-client', role: 'client', tenant: 'acme' },
  { token: 'the-operator', role: 'operator' },
  { token: 'the-metrics', role: 'metrics' },
]);

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

interface Visit {
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Follows no redirect: where a page leads is a fact of it. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #fetch: Fetch;
  readonly #origin: string;

  constructor(fetch: Fetch, origin = 'https://shop.test') {
    this.#fetch = fetch;
    this.#origin = origin;
  }

  async visit(path: string, { form, headers = {} }: Visit = {}): Promise<Response> {
    const response = await this.#fetch(this.#origin + path, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { ...(form && { Origin: this.#origin }), ...this.#cookieHeader(), ...headers },
      ...(form && { body: new URLSearchParams(form) }),
    });
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie);
    return response;
  }

  async page(path: string): Promise<string> {
    const response = await this.visit(path);
    if (response.status !== 200) throw new Error(`${path} answered ${response.status}`);
    return response.text();
  }

  signIn(token = 'the-operator', more: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.visit('/dashboard/sign-in', { form: { token, ...more } });
  }

  #cookieHeader(): Readonly<Record<string, string>> {
    return this.cookies.size === 0 ? {} : { Cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  }

  #keep(cookie: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    if (/max-age=0/i.test(cookie)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

export class Dashboard {
  readonly orders = new FakeOrders();
  readonly readModel = new FakeReadModel();
  now = START;
  tokens: string | undefined;
  /** What else is configured. */
  settings: AccessBindings = {};
  fetchKeys: FetchKeys = async (url) => new Response(`Nobody is at ${url}`, { status: 404 });
  readonly #app;

  constructor(tokens: string | undefined = ONE_TENANT) {
    this.tokens = tokens;
    const ports = { orders: () => this.orders, readModel: () => this.readModel };
    this.#app = createApp({
      ...ports,
      dashboard: dashboardRoutes<EdgeBindings>({ ...ports, now: () => this.now, fetchKeys: (url) => this.fetchKeys(url) }),
    });
  }

  browser(origin?: string): Browser {
    return new Browser(
      async (url, init) =>
        this.#app.request(url, init, { ...this.settings, ...(this.tokens !== undefined && { API_TOKENS: this.tokens }) }),
      origin,
    );
  }

  async signedIn(): Promise<Browser> {
    const browser = this.browser();
    await browser.signIn();
    return browser;
  }
}

export const COOKIE = '__Host-backstitch-session';

/** Whether the dashboard shows its pages to it. */
export const isOpen = async (browser: Browser): Promise<boolean> => (await browser.visit('/dashboard')).status === 200;
