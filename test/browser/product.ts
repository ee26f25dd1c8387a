/** The product as `npm start` runs it, in a directory of its own, and the system's Chromium looking at it. */

import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { freePort, LocalWorker, prepare } from '../../src/local/local-worker.ts';
import { CLIENT, exchange, OPERATOR, orderPath, startRequest } from '../../src/local/requests.ts';
import { newScratch, removeScratch } from '../../src/local/scratch.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** It asks nobody about anything but what a test tells it to. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const ITEMS = [{ sku: 'LAPTOP-X1', name: 'Laptop', quantity: 1, unit_price: '1299.99' }];

export const CAR = [{ sku: 'CAR', name: 'Car', quantity: 1, unit_price: '20000.00' }];

interface Fault {
  readonly service: string;
  readonly order_id: string;
  readonly route: string;
  readonly times?: number;
  readonly fault: Readonly<Record<string, unknown>>;
}

export class Product {
  readonly url: string;
  readonly #worker: LocalWorker;
  readonly #browser: Browser;

  constructor(worker: LocalWorker, browser: Browser) {
    this.url = worker.url;
    this.#worker = worker;
    this.#browser = browser;
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await this.#worker.stop();
  }

  async place(orderId: string, more: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await this.#ask('POST', '/api/v1/orders', { ...startRequest(orderId, ITEMS), ...more }, CLIENT);
  }

  async setFault(fault: Fault): Promise<void> {
    await this.#ask('PUT', '/simulated/faults', fault);
  }

  async statusOf(orderId: string): Promise<unknown> {
    const view: unknown = await (await this.#ask('GET', orderPath(orderId), undefined, CLIENT)).json();
    return view;
  }

  async mend(service: string): Promise<void> {
    await this.#ask('DELETE', `/simulated/faults?service=${service}`);
  }

  /** What the cron does each minute. */
  async sweep(): Promise<void> {
    await this.#ask('GET', '/cdn-cgi/local/scheduled');
  }

  context(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    return this.#browser.newContext({ baseURL: this.url, ...options });
  }

  /** A page of somebody who is signed in. */
  async operator(options: BrowserContextOptions = {}): Promise<Page> {
    const page = await (await this.context(options)).newPage();
    await signIn(page);
    return page;
  }

  async #ask(method: string, path: string, body?: unknown, token?: string): Promise<Response> {
    const response = await exchange(fetch, this.url, method, path, {
      ...(body !== undefined && { body }),
      ...(token !== undefined && { token }),
    });
    expect(response.ok, `${method} ${path}: ${response.status}`).toBe(true);
    return response;
  }
}

export async function signIn(page: Page): Promise<void> {
  await page.goto('/dashboard/sign-in');
  await page.getByLabel('Operator token').fill(OPERATOR);
  await page.getByLabel('Your name').fill('Olga');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Orders' }).waitFor();
}

/** One for all tests of a file. */
export function product(): () => Product {
  let running: Product | null = null;
  const directory = newScratch('browser');
  beforeAll(async () => {
    await prepare(directory);
    const worker = new LocalWorker({ port: await freePort(), directory, vars: {} });
    try {
      await worker.whenReady();
      running = new Product(worker, await chromium.launch({ executablePath: CHROMIUM, args: FLAGS }));
    } catch (error) {
      await worker.stop();
      throw new Error(`The product did not start:\n${worker.lastLines().join('\n')}`, { cause: error });
    }
  });
  afterAll(async () => {
    await running?.stop();
    removeScratch(directory);
  });
  return () => {
    if (!running) throw new Error('The product does not run');
    return running;
  };
}

/** Until the list of orders, which may be some seconds behind, has it. */
export async function listed(page: Page, address: string, orderId: string): Promise<void> {
  const end = Date.now() + 30_000;
  for (;;) {
    await page.goto(address);
    if ((await page.getByRole('link', { name: orderId, exact: true }).count()) === 1) return;
    if (Date.now() > end) throw new Error(`${address} does not list ${orderId}`);
    await page.waitForTimeout(300);
  }
}
