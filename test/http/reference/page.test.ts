import { expect, it } from 'vitest';
import { Edge } from '../edge.ts';
import { DOCUMENT, OPERATIONS } from '../openapi/conformance.ts';

const reference = () => new Edge().call('GET', '/docs', { token: null });

const allOf = (text: string, pattern: RegExp): readonly string[] => [...text.matchAll(pattern)].map(([, found = '']) => found);

it('tells of every operation and every schema, and each link within it leads somewhere', async () => {
  const page = await (await reference()).text();
  const places = allOf(page, / id="([^"]+)"/g);
  expect(places.toSorted()).toEqual(
    ['content', ...OPERATIONS.map(({ operationId }) => operationId), ...Object.keys(DOCUMENT.components.schemas)].toSorted(),
  );
  expect(allOf(page, /href="#([^"]+)"/g).filter((place) => !places.includes(place))).toEqual([]);
});

it('shows what an operation takes and answers', async () => {
  const page = await (await reference()).text();
  const cancel = page.slice(page.indexOf('id="cancelOrder"'), page.indexOf('id="decideApproval"'));
  for (const part of ['/api/v1/orders/{order_id}/cancel', 'client or operator', '#CancelRequest', '202', 'cannot_cancel'])
    expect(cancel).toContain(part);
});

it('needs no network: no script, and nothing from elsewhere', async () => {
  const answer = await reference();
  expect(answer.headers.get('Content-Security-Policy')).toMatch(/^default-src 'none'; style-src 'self';/);
  const page = await answer.text();
  expect(page).not.toMatch(/<script|style="|\bon\w+="/);
  const fetched = allOf(page, /(?:src|href)="([^#"][^"]*)"/g);
  expect(fetched.toSorted()).toEqual(['/docs/reference.css', '/openapi.json']);
  for (const path of fetched) expect((await new Edge().call('GET', path, { token: null })).status).toBe(200);
});

it('is in nobody’s frame, and takes nothing', async () => {
  expect((await reference()).headers.get('X-Frame-Options')).toBe('DENY');
  expect((await new Edge({}).call('POST', '/docs', { token: null })).status).toBe(405);
});
