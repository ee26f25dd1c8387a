/** The simulated payment service: charges, and refunds of a whole charge, in integer minor units. No partial refunds. */

import * as z from 'zod';
import { formatMoney, isCurrency, parseMoney } from '../../saga/money.ts';
import { refusal, route, undo, undone, type Answer, type Books, type Route } from './service.ts';

const amountFields = {
  amount: z.union([z.string(), z.number()]),
  currency: z.string().refine(isCurrency, 'not an ISO 4217 currency'),
};

const chargeSchema = z
  .object({ order_id: z.string(), customer_id: z.string(), payment_method: z.string(), ...amountFields })
  .transform(withMinor);

const refundSchema = z
  .object({ order_id: z.string(), payment_id: z.string().nullable(), reason: z.string(), undoes: z.string().min(1), ...amountFields })
  .transform(withMinor);

export const payment: readonly Route[] = [route('/charges', chargeSchema, charge), route('/refunds', refundSchema, refund)];

interface WireMoney {
  readonly amount: string | number;
  readonly currency: string;
}

function withMinor<Input extends WireMoney>(input: Input, context: z.RefinementCtx<Input>): Input & { readonly amountMinor: number } {
  const parsed = parseMoney(input.amount, input.currency);
  if (parsed.ok) return { ...input, amountMinor: parsed.value };
  context.addIssue({ code: 'custom', path: ['amount'], message: parsed.refusal.reason });
  return z.NEVER;
}

function charge({ amountMinor, currency }: z.output<typeof chargeSchema>, books: Books): Answer {
  const reference = `pay_${crypto.randomUUID()}`;
  books.record({ kind: 'charged', amount_minor: amountMinor, currency, reference });
  return { status: 201, body: { payment_id: reference, amount: formatMoney(amountMinor, currency) } };
}

function refund({ undoes, payment_id, amountMinor, currency }: z.output<typeof refundSchema>, books: Books): Answer {
  return undo(books, { undoes, reference: payment_id }, (done) => {
    const charged = done.find((facts) => facts.kind === 'charged');
    if (!charged) return refusal(409, 'reference_mismatch', `${undoes} is not a charge`);
    if (charged.amount_minor !== amountMinor || charged.currency !== currency) {
      return refusal(
        409,
        'amount_mismatch',
        `${undoes} charged ${formatMoney(charged.amount_minor, charged.currency)} ${charged.currency}`,
      );
    }
    const { reference } = charged;
    books.record({ kind: 'refunded', amount_minor: amountMinor, currency, reference }, undoes);
    return undone({ payment_id: reference, amount: formatMoney(amountMinor, currency) });
  });
}
