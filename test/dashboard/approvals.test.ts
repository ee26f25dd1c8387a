import { describe, expect, it } from 'vitest';
import { atRest, eventually, ledgersOf, newOrderId, place } from '../order/shop.ts';
import { begun, START } from '../read-model/summaries.ts';
import { Dashboard } from './desk.ts';
import { attributes, text, texts } from './html.ts';
import { operator } from './operator.ts';

const CAR = { items: [{ sku: 'CAR', name: 'Car', quantity: 1, unit_price: '20000.00' }] };

const waits = (until: number) => [{ for: 'approval', step: 'approval', operation: null, until }] as const;

async function waiting(name: string): Promise<string> {
  const id = newOrderId(name);
  await place(id, {}, CAR);
  const browser = await operator();
  await eventually(async () => (await browser.page(`/dashboard/orders/${id}`)).includes('class="approval"'), `${id} waits for approval`);
  return id;
}

describe('the approvals', () => {
  it('are the orders that wait for one, the one whose time is over first on top', async () => {
    const dashboard = new Dashboard();
    dashboard.readModel.summariesKept = [
      begun('sooner', { waits: waits(START + 60_000), view: { total: '30000.00' } }),
      begun('later', { waits: waits(START + 120_000), view: { total: '20000.00' } }),
    ];
    const page = await (await dashboard.signedIn()).page('/dashboard/approvals');
    expect(dashboard.readModel.asked.at(-1)).toMatchObject({ list: 'approvals', tenant: 'acme' });
    expect(await texts(page, '.approvals h2')).toEqual(['sooner', 'later']);
    expect((await texts(page, '.approvals .hint'))[0]).toContain('its time is over at 12:01:00 (in 1 min)');
    expect(await attributes(page, 'form.approval', 'action')).toEqual([
      '/dashboard/orders/sooner/approval',
      '/dashboard/orders/later/approval',
    ]);
  });

  it('leave out the one that was decided just now, and say so', async () => {
    const dashboard = new Dashboard();
    dashboard.readModel.summariesKept = [begun('decided', { waits: waits(START + 60_000) })];
    const browser = await dashboard.signedIn();
    const page = await browser.page('/dashboard/approvals?decided=decided');
    expect(await texts(page, '.approvals h2')).toEqual([]);
    expect(await text(page, '.done')).toBe('decided is decided.');
    expect(await texts(await browser.page('/dashboard/approvals?decided=%3Cb%3E'), '.done')).toEqual([]);
  });
});

describe.concurrent('an order that waits for approval', () => {
  it('goes on once it is approved, and its history says by whom', async () => {
    const id = await waiting('approved');
    const browser = await operator('Olga');
    const page = await browser.page(`/dashboard/orders/${id}`);
    expect(await attributes(page, 'form.approval [name=by]', 'value')).toEqual(['Olga']);
    const form = { decision: 'approve', by: 'Olga', note: 'Known customer', back: 'order' };
    const answer = await browser.visit(`/dashboard/orders/${id}/approval`, { form });
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, `/dashboard/orders/${id}`]);
    expect(await atRest(id)).toMatchObject({ status: 'completed' });
    expect((await texts(await browser.page(`/dashboard/orders/${id}`), '.step-text'))[1]).toBe('ApprovalApproved by Olga: Known customer');
  });

  it('turns back once it is rejected, with no money taken', async () => {
    const id = await waiting('rejected');
    const browser = await operator();
    const answer = await browser.visit(`/dashboard/orders/${id}/approval`, {
      form: { decision: 'reject', by: 'Olga', note: '', back: 'approvals' },
    });
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, `/dashboard/approvals?decided=${id}`]);
    expect(await atRest(id)).toMatchObject({ status: 'cancelled', error: { code: 'approval_rejected' } });
    expect((await ledgersOf(id)).money.charged).toBe('0');
  });

  it('says who was faster', async () => {
    const id = await waiting('twice');
    const browser = await operator();
    await browser.visit(`/dashboard/orders/${id}/approval`, { form: { decision: 'reject', by: 'Olga' } });
    const answer = await browser.visit(`/dashboard/orders/${id}/approval`, { form: { decision: 'approve', by: 'Otto' } });
    expect(answer.status).toBe(409);
    expect((await texts(await answer.text(), '.message p'))[0]).toBe('Somebody was faster: the order has been rejected.');
  });

  it.each([{}, { decision: 'approve' }, { decision: 'approve', by: ' ' }, { decision: 'maybe', by: 'Olga' }])(
    'is not decided by a form like %j',
    async (form) => {
      const id = await waiting('unclear');
      const browser = await operator();
      expect((await browser.visit(`/dashboard/orders/${id}/approval`, { form })).status).toBe(409);
      expect(await texts(await browser.page(`/dashboard/orders/${id}`), 'form.approval')).toHaveLength(1);
    },
  );

  it('that does not exist can not be decided', async () => {
    const answer = await (await operator()).visit('/dashboard/orders/none/approval', { form: { decision: 'approve', by: 'Olga' } });
    expect(answer.status).toBe(404);
  });
});
