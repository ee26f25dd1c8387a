/** An operator at the dashboard of the whole Worker. */

import { exports } from 'cloudflare:workers';
import { Browser } from './desk.ts';

export async function operator(name = 'Olga'): Promise<Browser> {
  const browser = new Browser((url, init) => exports.default.fetch(url, init));
  await browser.signIn('local-operator', { name });
  return browser;
}
