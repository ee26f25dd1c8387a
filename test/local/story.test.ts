import { describe, expect, it } from 'vitest';
import { page } from './told.ts';

const charge = { step: 'process_payment', data: { operation: 'do', channel: '' } } as const;
const refund = { step: 'process_payment', data: { operation: 'undo', channel: '' } } as const;
const lost = { code: 'timed_out', message: 'No answer within 1800 ms' };

describe('the story', () => {
  it('tells a step once, when it is done, with what came of it', () => {
    expect(
      page(
        { at: 0, type: 'OperationStarted', ...charge },
        {
          at: 12,
          type: 'OperationSucceeded',
          step: charge.step,
          data: { ...charge.data, payment_id: 'pay_0123abcd-0123-0123-0123-0123456789ab' },
        },
      ),
    ).toEqual(['+    12 ms    charge the card ...... charged (pay_0123abcd…)']);
  });

  it('tells a try that failed, its reason and the pause', () => {
    const failed = (code: string, message: string) =>
      page({ at: 5, type: 'AttemptFailed', step: charge.step, data: { ...charge.data, attempt: 1, code, message, retry_at: 1_205 } });
    expect(failed('http_503', 'Simulated failure')).toEqual([
      '+     5 ms    charge the card ...... the service answers 503: again in 1.2 s, with the same key',
    ]);
    expect(failed(lost.code, lost.message)).toEqual([
      '+     5 ms    charge the card ...... no answer within 1.8 s: again in 1.2 s, with the same key',
    ]);
  });

  it('tells which try it was that succeeded', () => {
    const lines = page(
      { at: 0, type: 'OperationStarted', ...charge },
      { at: 9, type: 'AttemptStarted', step: charge.step, data: { ...charge.data, attempt: 2 } },
      { at: 12, type: 'OperationSucceeded', ...charge },
    );
    expect(lines).toEqual(['+    12 ms    charge the card ...... charged at try 2']);
  });

  it('never calls unknown what is known, nor known what is unknown', () => {
    const doubted = { at: 5, type: 'OperationDoubted', step: charge.step, data: { ...charge.data, ...lost } } as const;
    expect(page(doubted, { at: 6, type: 'OperationSucceeded', ...charge }).at(-1)).toContain('charged, as it says when asked');
    const unresolved = { at: 6, type: 'OperationUnresolved', step: charge.step, data: { ...charge.data, ...lost } } as const;
    const lines = page(doubted, unresolved, { at: 7, type: 'OperationSucceeded', ...refund });
    expect(lines[1]).toContain('still unknown');
    expect(lines[2]).toContain('← refund the money ..... settled: whatever had happened is undone');
  });

  it('marks the steps back', () => {
    expect(page({ at: 1, type: 'OperationSucceeded', ...refund })).toEqual(['+     1 ms  ← refund the money ..... refunded']);
  });

  it('says what a cancelled order still waits for', () => {
    const cancelled = {
      at: 3,
      type: 'RollbackStarted',
      step: '',
      data: { outcome: 'cancelled', code: 'cancelled', message: 'Found it cheaper' },
    } as const;
    expect(page({ at: 0, type: 'OperationStarted', ...charge }, cancelled).at(-1)).toContain('The call under way is waited for');
    expect(page({ at: 0, type: 'OperationStarted', ...charge }, { at: 1, type: 'OperationSucceeded', ...charge }, cancelled).at(-1)).toBe(
      '+     3 ms    the customer cancels: “Found it cheaper”. What was done is undone, last step first',
    );
    expect(page(cancelled).at(-1)).toContain('Nothing was done yet');
  });

  it('leaves a person what can’t be undone', () => {
    const parked = { ...refund.data, code: 'card_closed', message: 'The card has been closed' };
    expect(page({ at: 1, type: 'OperationParked', step: refund.step, data: parked })).toEqual([
      '+     1 ms  ← refund the money ..... can’t be done: The card has been closed. Left for a person',
    ]);
  });

  it('names a step that it has no words for by its own name', () => {
    const wrap = { operation: 'do', channel: '' } as const;
    expect(page({ at: 1, type: 'OperationSucceeded', step: 'gift_wrap', data: wrap })).toEqual([
      '+     1 ms    gift wrap ............ done',
    ]);
  });
});
