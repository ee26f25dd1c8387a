import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { newCanary } from '../../src/dashboard/review/canary.ts';
import { goOn, lookAt } from '../../src/dashboard/review/stages.ts';
import { ordersOf } from '../../src/order/orders.ts';
import { FakeReadModel } from '../http/fake-read-model.ts';
import { atRest, eventually, expectUndone, received } from '../order/shop.ts';
import type { Browser } from './desk.ts';
import { attributes, text, texts } from './html.ts';
import { operator } from './operator.ts';
import { causeFields, decisionsOf, mend, refundsOf, stuck, stuckGroup } from './stuck.ts';

const PROGRESS = '/dashboard/review/group/progress';

const begin = async (browser: Browser, code: string): Promise<string> => {
  const form = { ...causeFields(code), by: 'Olga', note: 'The credentials are new' };
  return (await browser.visit('/dashboard/review/group', { form })).text();
};

/** Presses the page's button, as somebody without a script would. */
async function press(browser: Browser, page: string): Promise<string> {
  const [canary] = await attributes(page, '[name=canary]', 'value');
  const [go] = await attributes(page, '[name=go]', 'value');
  return (await browser.visit(PROGRESS, { form: { canary: canary ?? '', ...(go ? { go } : {}) } })).text();
}

/** Looks until the stage has come to something. */
async function judged(browser: Browser, begun: string): Promise<string> {
  let page = begun;
  await eventually(async () => {
    const isOpen = (await texts(page, '#onward'))[0] === 'Look again';
    if (isOpen) page = await press(browser, page);
    return !isOpen;
  }, 'the stage to be judged');
  return page;
}

const stages = async (page: string): Promise<string> => (await texts(page, '.stages li')).join(', ');

describe.concurrent('a group that is tried again', () => {
  it('is tried with one order, then ten, then the rest, and each order once', async () => {
    const code = 'mended';
    const ids = await stuckGroup(code, 13);
    await Promise.all(ids.map(mend));
    const browser = await operator();
    const first = await judged(browser, await begin(browser, code));
    expect(await refundsOf(ids)).toEqual([2, ...Array.from({ length: 12 }, () => 1)]);
    expect(await texts(first, '#onward')).toEqual(['Go on with the next 10']);
    const second = await judged(browser, await press(browser, first));
    expect(await refundsOf(ids)).toEqual([...Array.from({ length: 11 }, () => 2), 1, 1]);
    expect(await text(second, '.tried p')).toBe('11 came through, 2 not tried.');
    const third = await judged(browser, await press(browser, second));
    expect(await stages(third)).toBe('One done, Ten done, The rest done');
    expect(await text(third, '.done')).toBe('Every order that waited has been tried again.');
    expect(await text(third, '.tried p')).toBe('13 came through.');
    expect(await attributes(third, 'form[data-again]', 'action')).toEqual([]);
    for (const id of ids) {
      expect(await atRest(id)).toMatchObject({ saga_status: 'compensated' });
      await expectUndone(id);
      expect(await decisionsOf(id)).toMatchObject([{ data: { by: 'Olga', note: 'The credentials are new' } }]);
    }
  });

  it('stops after the first where the same error comes back', async () => {
    const code = 'not_mended';
    const ids = await stuckGroup(code, 3);
    const browser = await operator();
    const page = await judged(browser, await begin(browser, code));
    expect(await stages(page)).toBe('One stopped, Ten not begun, The rest not begun');
    expect(await text(page, '.problem')).toMatch(/^Stopped: the same error has come back/);
    expect(await text(page, '.tried p')).toBe('0 came through, 1 with the same error, 2 not tried.');
    expect(await attributes(page, 'form[data-again]', 'action')).toEqual([]);
    expect(await refundsOf(ids)).toEqual([2, 1, 1]);
  });

  it('stops among the ten, too, and whoever sends the form again does not get further', async () => {
    const code = 'half_mended';
    const ids = await stuckGroup(code, 13);
    await Promise.all(ids.slice(0, 5).map(mend));
    const browser = await operator();
    const first = await judged(browser, await begin(browser, code));
    const stopped = await judged(browser, await press(browser, first));
    expect(await stages(stopped)).toBe('One done, Ten stopped, The rest not begun');
    // Back, and the same button again: those that failed now wait since later, and are not tried a third time.
    const again = await judged(browser, await press(browser, first));
    expect(await stages(again)).toBe('One done, Ten stopped, The rest not begun');
    // It stops at once: what had been tried by then comes to its end.
    for (const id of ids.slice(0, 11)) await received(id, '/refunds', 2);
    for (const id of ids.slice(5, 11)) expect(await atRest(id)).toMatchObject({ saga_status: 'needs_review' });
    expect(await refundsOf(ids)).toEqual([...Array.from({ length: 11 }, () => 2), 1, 1]);
    for (const id of ids.slice(0, 5)) expect(await atRest(id)).toMatchObject({ saga_status: 'compensated' });
  });

  it('leaves alone what somebody else has settled, though the list has it still', async () => {
    const [settled, waiting] = [await stuck('overtaken'), await stuck('overtaken')];
    const orders = ordersOf(env);
    await orders.review('local', settled, { action: 'resolve', step: 'process_payment', by: 'Paul', note: 'By bank' });
    await mend(waiting);
    const since = '2026-01-01T00:00:00.000Z';
    const listed = [settled, waiting].map((order_id) => ({ tenant: 'local', order_id, since }));
    const ports = { orders, readModel: Object.assign(new FakeReadModel(), { reviewedInTurn: async () => listed }) };
    const cause = { step: 'process_payment', operation: 'undo', code: 'credentials_over' } as const;
    const begun = newCanary({ cause, before: new Date().toISOString(), total: 2, by: 'Olga', note: 'Again' });
    const stage = await goOn(ports, begun, []);
    expect(await decisionsOf(settled)).toMatchObject([{ type: 'OperationResolved' }]);
    await received(waiting, '/refunds', 2);
    expect(await atRest(waiting)).toMatchObject({ saga_status: 'compensated' });
    const seen = stage && (await lookAt(ports, stage));
    expect(seen?.map(({ fate }) => fate)).toEqual(['passed_by', 'through']);
    expect(await refundsOf([settled])).toEqual([1]);
  });
});

describe('a form that nobody was given', () => {
  it.each(['', '{}', 'null', '{"cause":1}', '['])('does nothing: %j', async (canary) => {
    const answer = await (await operator()).visit(PROGRESS, { form: { canary, go: 'on' } });
    expect(answer.status).toBe(400);
    expect(await text(await answer.text(), 'h1')).toBe('Nothing was done');
  });
});
