/** What a saga's author can't write. The marked lines are checked by the compiler: one that compiles is an error of `tsc`. */

import { describe, expect, it } from 'vitest';
import { defineSaga } from '../../src/saga/builder.ts';
import type { CallContext } from '../../src/saga/definition.ts';
import type { Settings } from '../../src/saga/order.ts';
import { fields } from '../../src/saga/read-answer.ts';
import { FORWARD_RETRY, UNDO_RETRY } from '../../src/saga/retry.ts';

const head = { name: 'test_saga', version: 1, deadlineMs: 1_000, events: { placed: [], completed: [], rolledBack: [] } };

const body = ({ order }: CallContext) => ({ order_id: order.orderId });

const reserve = {
  timeoutMs: 1_000,
  call: { participant: 'inventory', path: '/reservations', body, read: fields('reservation_id') },
} as const;

const charge = { timeoutMs: 1_000, call: { participant: 'payment', path: '/charges', body, read: fields('payment_id') } } as const;

const begun = defineSaga(head).step('reserve', reserve);

describe('a step', () => {
  it('sees the outputs of the steps before it, and nothing else', () => {
    const ship = (read: ReturnType<typeof fields<'shipment_id'>>) => ({ participant: 'shipping', path: '/shipments', read }) as const;
    const call = ship(fields('shipment_id'));
    const compiled = begun.step('charge', charge).step('ship', {
      timeoutMs: 1_000,
      call: { ...call, body: ({ outputs }) => ({ reservation: outputs.reserve.reservation_id, payment: outputs.charge.payment_id }) },
      undo: { path: '/shipments/cancel', body: ({ outputs }) => ({ payment: outputs.charge.payment_id }) },
    });
    begun.step('ship', {
      timeoutMs: 1_000,
      // @ts-expect-error -- no earlier step is called charge
      call: { ...call, body: ({ outputs }) => ({ payment: outputs.charge.payment_id }) },
    });
    begun.step('ship', {
      timeoutMs: 1_000,
      // @ts-expect-error -- its own output is not known before the call
      call: { ...call, body: ({ outputs }) => ({ shipment: outputs.ship.shipment_id }) },
    });
    begun.step('ship', {
      timeoutMs: 1_000,
      // @ts-expect-error -- the step gives a reservation_id and no payment_id
      call: { ...call, body: ({ outputs }) => ({ payment: outputs.reserve.payment_id }) },
    });
    begun
      .approval('approval', () => true)
      .step('ship', {
        timeoutMs: 1_000,
        // @ts-expect-error -- a wait for a person gives nothing
        call: { ...call, body: ({ outputs }) => ({ by: outputs.approval.by }) },
      });
    expect(compiled.done().steps.map(({ name }) => name)).toEqual(['reserve', 'charge', 'ship']);
  });

  it('is undone with its own output, which may be unknown', () => {
    const compiled = defineSaga(head).step('reserve', {
      ...reserve,
      undo: { path: '/release', body: ({ output, undoes }) => ({ reservation_id: output?.reservation_id ?? null, undoes }) },
    });
    defineSaga(head).step('reserve', {
      ...reserve,
      // @ts-expect-error -- the output of a call whose outcome is unknown is null
      undo: { path: '/release', body: ({ output }) => ({ reservation_id: output.reservation_id }) },
    });
    defineSaga(head).step('reserve', {
      ...reserve,
      // @ts-expect-error -- the call gives no payment_id
      undo: { path: '/release', body: ({ output }) => ({ payment_id: output?.payment_id ?? null }) },
    });
    expect(compiled.done().steps).toHaveLength(1);
  });

  it('has a call, and a time-out of half a minute where it names none', () => {
    const undo = { path: '/release', body };
    // @ts-expect-error -- there is nothing to undo without a call
    const withoutCall = () => defineSaga(head).step('reserve', { timeoutMs: 1_000, undo });
    expect(withoutCall).toThrow();
    expect(defineSaga(head).step('reserve', { call: reserve.call }).done().steps).toMatchObject([{ timeoutMs: 30_000 }]);
  });

  it("calls a service of one's own by any name that a setting can have", () => {
    const calling = (participant: string) => defineSaga(head).step('reserve', { ...reserve, call: { ...reserve.call, participant } });
    expect(calling('gift_cards').done().steps).toMatchObject([{ call: { participant: 'gift_cards' } }]);
    for (const name of ['', 'Bank', 'my-bank', 'bank.test', 'https://bank.test']) expect(() => calling(name)).toThrow('a_participant');
  });

  it('sends JSON', () => {
    // @ts-expect-error -- a date is not JSON
    defineSaga(head).step('reserve', { ...reserve, call: { ...reserve.call, body: () => ({ at: new Date(0) }) } });
    // @ts-expect-error -- undefined is not JSON
    defineSaga(head).step('reserve', { ...reserve, call: { ...reserve.call, body: () => ({ at: undefined }) } });
    expect(begun.done().steps).toHaveLength(1);
  });
});

describe('a definition', () => {
  it('has the default policies where it says nothing', () => {
    const [step] = begun.done().steps;
    expect(step).toMatchObject({ kind: 'call', retry: FORWARD_RETRY, via: 'object', events: {} });
    expect(step).toMatchObject({ call: { channels: [''], acceptedIsDone: false } });
    expect(step).not.toHaveProperty('undo');
    const [undoable] = defineSaga(head)
      .step('reserve', { ...reserve, undo: { path: '/release', body } })
      .done().steps;
    expect(undoable).toMatchObject({ undo: { channel: '', acceptedIsDone: false, retry: UNDO_RETRY } });
  });

  it('refuses two steps of one name', () => {
    expect(() => begun.step('reserve', reserve)).toThrow('two steps named reserve');
    expect(() => begun.approval('reserve', () => true)).toThrow('two steps named reserve');
  });

  it.each(['', 'a.b', 'Charge', '1st', 'a-b', 'a b', '_a', 'é'])('refuses the step name %j, which would not fit into a key', (name) => {
    expect(() => defineSaga(head).step(name, reserve)).toThrow('step name');
    expect(() => defineSaga(head).approval(name, () => true)).toThrow('step name');
  });

  it('refuses an undo of several channels, of which it would name only one, unless it is a message', () => {
    const call = { ...charge.call, channels: ['card', 'points'] } as const;
    const undo = { path: '/refunds', body: ({ undoes }: { readonly undoes: string }) => ({ undoes }) };
    expect(() => begun.step('charge', { ...charge, call, undo })).toThrow(/several channels/);
    expect(() => begun.step('charge', { ...charge, call, undo: { ...undo, notifies: true } })).not.toThrow();
  });

  it('is not changed by what is built on it', () => {
    begun.step('charge', charge);
    begun.approval('approval', () => true);
    expect(begun.done().steps.map(({ name }) => name)).toEqual(['reserve']);
  });
});

describe('behind its pivot, a saga', () => {
  const pivoted = begun.step('charge', { ...charge, undo: { path: '/refunds', body } }).pivot();
  const late = { withinMs: 1_000, whenLate: 'approve' } as const;

  it('asks a person where a step fails', () => {
    const [, , ship] = pivoted.step('ship', reserve).done().steps;
    expect(
      ship?.kind === 'call' && ship.whenFailed({ deadlineMs: 1, timeScale: 1, needsApproval: false, confirmationFailure: 'complete' }),
    ).toBe('ask');
  });

  it.each(['roll_back', ({ confirmationFailure }: Settings) => (confirmationFailure === 'complete' ? 'go_on' : 'roll_back')] as const)(
    'refuses a step that turns back (%#)',
    (whenFailed) => {
      expect(() => pivoted.step('ship', { ...reserve, whenFailed })).toThrow('ship is behind the pivot charge');
      expect(() => pivoted.sideBySide((none) => none.step('ship', { ...reserve, whenFailed }))).toThrow('ship is behind the pivot charge');
    },
  );

  it('is refused where the order could go on without the pivot', () => {
    const whenFailed = 'go_on';
    expect(() => begun.step('charge', { ...charge, whenFailed, undo: { path: '/refunds', body } }).pivot()).toThrow(
      'without its pivot charge',
    );
  });

  it('takes an approval only where it ends by itself, and well', () => {
    expect(pivoted.approval('approval', () => true, late).done().steps).toHaveLength(3);
    expect(() => pivoted.approval('approval', () => true)).toThrow('approval is behind the pivot charge');
    expect(() => pivoted.approval('approval', () => true, { ...late, whenLate: 'reject' })).toThrow('approval is behind the pivot charge');
    expect(() => pivoted.approval('approval', () => true, { whenLate: 'approve' })).toThrow('approval is behind the pivot charge');
  });
});
