import { describe, expect, it } from 'vitest';
import { atRest, eventually, expectUndone, ledgersOf, received } from '../order/shop.ts';
import { attributes, text, texts } from './html.ts';
import { operator } from './operator.ts';
import { Dashboard } from './desk.ts';
import { decisionsOf, groupPath, mend, refundsOf, stuck, stuckGroup } from './stuck.ts';

const pathOf = (id: string): string => `/dashboard/review/orders/${id}?step=process_payment`;

const retry = { action: 'retry', step: 'process_payment', by: 'Olga', note: 'The credentials are new' };
const settle = { action: 'resolve', step: 'process_payment', by: 'Olga', note: 'Bank transfer 7781' };

describe.concurrent('the review page', () => {
  it('groups what waits by its cause, with how many wait and since when', async () => {
    const ids = await stuckGroup('grouped', 2);
    const browser = await operator();
    const page = await browser.page('/dashboard/review');
    expect(await texts(page, '.group h2')).toContain('Undo of process payment: grouped');
    const index = (await texts(page, '.group h2')).indexOf('Undo of process payment: grouped');
    expect((await texts(page, '.group .count'))[index]).toMatch(/^2 wait ?the oldest came .*(ago|now)$/);
    expect((await attributes(page, '.group h2 a', 'href'))[index]).toBe(groupPath('grouped'));
    expect((await texts(page, '.group .hint')).join(' ')).toContain(ids.join(', '));
  });

  it('says what trying a group again would do before anything is done: how much money, and where the orders would end', async () => {
    const ids = await stuckGroup('previewed', 2);
    const page = await (await operator()).page(groupPath('previewed'));
    const plan = await texts(page, '.plan li');
    expect(plan).toContain('2,719.94 USD goes back to customers, at most.');
    expect(plan).toContain('2 orders would end as rolled back.');
    expect(await texts(page, 'tbody th a')).toEqual(ids);
    expect(await refundsOf(ids)).toEqual([1, 1]);
  });

  it('says calmly that nothing waits where nothing does', async () => {
    const page = await (await operator()).page(groupPath('never_seen'));
    expect(await text(page, 'h1')).toBe('Nothing waits');
  });
});

describe.concurrent('an order that waits for a person', () => {
  it('is shown with what each way would do to each step', async () => {
    const id = await stuck('shown');
    const browser = await operator();
    const page = await browser.page(pathOf(id));
    const [again, byHand] = await texts(page, '.way > .lead');
    expect(again).toBe('1,359.97 USD goes back to the customer, at most.');
    expect(byHand).toBe('No money moves by it. You say that 1,359.97 USD went back to the customer another way, or never has to.');
    const touched = await texts(page, '.outlook .touched');
    expect(touched[0]).toMatch(
      /^Process paymentThe payment service is asked once more: if it agrees, 1,359\.97 USD goes back to the customer/,
    );
    expect(touched[1]).toMatch(/^Process paymentNobody is asked\./);
    expect(await texts(page, '.outlook li')).toContain('Reserve inventoryIs undone, and stays so.');
    expect(await texts(await browser.page(`/dashboard/orders/${id}`), '#actions a')).toContain('Retry or settle process payment…');
    expect(await refundsOf([id])).toEqual([1]);
  });

  it('is tried again, and its history says by whom and why', async () => {
    const id = await stuck('retried');
    await mend(id);
    const answer = await (await operator()).visit(pathOf(id), { form: retry });
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, `/dashboard/orders/${id}`]);
    await received(id, '/refunds', 2);
    expect(await atRest(id)).toMatchObject({ saga_status: 'compensated' });
    await expectUndone(id);
    expect(await decisionsOf(id)).toMatchObject([{ type: 'OperationRetried', data: { by: 'Olga', note: 'The credentials are new' } }]);
  });

  it('is settled by hand with a note, and no service hears of it', async () => {
    const id = await stuck('settled');
    const browser = await operator();
    expect((await browser.visit(pathOf(id), { form: { ...settle, note: ' ' } })).status).toBe(400);
    expect(await atRest(id)).toMatchObject({ saga_status: 'needs_review' });
    expect((await browser.visit(pathOf(id), { form: settle })).status).toBe(303);
    expect(await atRest(id)).toMatchObject({ saga_status: 'compensated' });
    expect(await refundsOf([id])).toEqual([1]);
    expect((await ledgersOf(id)).money).toMatchObject({ charged: '1359.97', refunded: '0.00' });
    expect(await decisionsOf(id)).toMatchObject([{ type: 'OperationResolved', data: { by: 'Olga', note: 'Bank transfer 7781' } }]);
  });

  it('tells the one who is late that somebody was faster, and does nothing', async () => {
    const id = await stuck('late');
    const [first, second] = [await operator('Olga'), await operator('Paul')];
    expect((await first.visit(pathOf(id), { form: settle })).status).toBe(303);
    const late = await second.visit(pathOf(id), { form: retry });
    expect(late.status).toBe(409);
    expect(await texts(await late.text(), '.message p')).toContain(
      'Somebody was faster, or it settled by itself: process payment is undone. What you sent changed nothing.',
    );
    expect(await text(await second.page(pathOf(id)), 'h1')).toBe('Nothing left to do');
    expect(await refundsOf([id])).toEqual([1]);
  });

  it("is out of reach of another site's form, and of who is not signed in", async () => {
    const id = await stuck('forged');
    const browser = await operator();
    const forms = [
      [pathOf(id), settle],
      ['/dashboard/review/group', { step: 'process_payment', operation: 'undo', code: 'credentials_over', by: 'Eve', note: 'Win' }],
      ['/dashboard/review/group/progress', { canary: '{}', go: 'on' }],
    ] as const;
    for (const [path, form] of forms) {
      expect((await browser.visit(path, { form, headers: { Origin: 'https://evil.test' } })).status).toBe(403);
      expect((await new Dashboard().browser().visit(path, { form })).status).toBe(401);
    }
    expect(await decisionsOf(id)).toEqual([]);
    expect(await refundsOf([id])).toEqual([1]);
  });
});

describe('a name', () => {
  it('is given once, and then stands in every form', async () => {
    const [first, second] = [await stuck('named'), await stuck('named')];
    const browser = await operator('');
    const names = async (id: string) => attributes(await browser.page(pathOf(id)), '[name=by]', 'value');
    expect(await names(first)).toEqual(['', '']);
    expect((await browser.visit(pathOf(first), { form: { ...settle, by: 'x'.repeat(129) } })).status).toBe(400);
    expect(await names(first)).toEqual(['', '']);
    await browser.visit(pathOf(first), { form: settle });
    expect(await names(second)).toEqual(['Olga', 'Olga']);
    await eventually(async () => (await browser.visit('/dashboard')).status === 200, 'still signed in');
  });
});
