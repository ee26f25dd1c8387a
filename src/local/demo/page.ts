/** How the demonstration looks: from stories, outcomes and verdicts to lines of text. Pure. */

import { formatMoney } from '../../saga/money.ts';
import type { Fate } from './fate.ts';
import { publishedBy, type Outcome } from './outcome.ts';
import type { Paint } from './paint.ts';
import type { StoryLine } from './story.ts';
import { grouped } from './words.ts';
import type { OrderLedgers, OrderView } from './wire.ts';

export interface Result {
  readonly fate: Fate;
  /** Null where the order could not be followed to its end. */
  readonly outcome: Outcome | null;
  readonly complaints: readonly string[];
}

/** What a reader has to know before the first order. */
export const header = (orders: number, timeScale: number): string =>
  `Backstitch takes an order through services that know nothing of each other (stock, payment, shipping, messages), and where one
of them fails it takes back what the others did, so that no money and no stock is left hanging. Below, ${orders} orders meet simulated
services and all kinds of trouble: what happens to each, step by step, and whether the services' own books say what they should.

Times count from the order's start, and "←" is a step on the way back. Time-outs and pauses of the coordinator are shortened for
this: one second takes ${1_000 * timeScale} ms.`;

export const heading = (paint: Paint, number: number, { title, orderId, world }: Fate): readonly string[] => [
  '',
  `${paint.bold(`${number}. ${title}`)}  ${paint.dim(`(${orderId})`)}`,
  `   ${world}`,
];

const ACTION_WIDTH = 22;

export function storyLine(paint: Paint, { at, way, action, text }: StoryLine, placedAt: number): string {
  const time = paint.dim(`+${`${grouped(String(Math.max(0, at - placedAt)))} ms`.padStart(9)}`);
  if (way === 'note') return `   ${time}    ${text}`;
  const told = `${`${action} `.padEnd(ACTION_WIDTH, '.')} ${text}`;
  return way === 'forward' ? `   ${time}    ${told}` : `   ${time}  ${paint.back(`← ${told}`)}`;
}

/** The last lines of an order: how it ended, what the services' books say, and whether that is what had to happen. */
export function verdictLines(paint: Paint, { outcome, complaints }: Result): readonly string[] {
  const told = outcome ? `${paint.bold(statusText(outcome.view))} · ${ledgerText(outcome)}` : 'not followed to its end';
  const published = outcome ? publishedLines(paint, outcome) : [];
  if (complaints.length === 0) return [`   ${paint.good('✓')} ${told}`, ...published];
  const wrong = complaints.map((complaint) => `     ${paint.bad(`not as expected: ${complaint}`)}`);
  return [`   ${paint.bad('✗')} ${told}`, ...published, ...wrong];
}

function publishedLines(paint: Paint, { history }: Outcome): readonly string[] {
  const names = publishedBy(history);
  return names.length === 0 ? [] : [`     ${paint.dim(`published: ${names.join(', ')}`)}`];
}

const statusText = ({ status }: OrderView): string => status.replaceAll('_', ' ');

function ledgerText({ view, ledgers }: Outcome): string {
  const owed = (view.review?.items ?? []).map(({ outstanding: { kind, amount, currency } }) =>
    amount === undefined ? `to settle by hand: ${kind}` : `to settle by hand: ${grouped(amount)} ${currency ?? ''}`,
  );
  return [moneyText(view, ledgers), stockText(ledgers), shipmentText(ledgers), messageText(ledgers), ...owed].join(' · ');
}

function moneyText({ currency }: OrderView, { money: { charged, refunded, net } }: OrderLedgers): string {
  if (Number(charged) === 0 && Number(refunded) === 0) return 'no money moved';
  const back = Number(refunded) === 0 ? '' : `${grouped(refunded)} refunded, `;
  return `money ${grouped(charged)} charged, ${back}net ${grouped(net)} ${currency}`;
}

function stockText({ stock }: OrderLedgers): string {
  const sum = (kind: 'reserved' | 'released') => Object.values(stock).reduce((total, moves) => total + moves[kind], 0);
  const [reserved, released] = [sum('reserved'), sum('released')];
  if (reserved === 0 && released === 0) return 'no stock taken';
  return `stock -${reserved}${released === 0 ? '' : ` +${released}, net ${netStock(reserved, released)}`}`;
}

function netStock(reserved: number, released: number): string {
  const net = released - reserved;
  return net > 0 ? `+${net}` : String(net);
}

function shipmentText({ shipments }: OrderLedgers): string {
  const counts = (['live', 'cancelled', 'returned'] as const).filter((kind) => shipments[kind] !== 0);
  return counts.length === 0 ? 'no shipment' : `shipment ${counts.map((kind) => `${shipments[kind]} ${kind}`).join(', ')}`;
}

const MESSAGES: Readonly<Record<string, string>> = {
  'email order_confirmed': 'e-mail',
  'push order_confirmed': 'push',
  'email order_cancelled': 'e-mail of the cancellation',
};

function messageText({ messages }: OrderLedgers): string {
  const texts = messages.map(({ channel, template }) => MESSAGES[`${channel} ${template}`] ?? `${channel} ${template}`);
  return texts.length === 0 ? 'no messages' : texts.toSorted().join(', ');
}

/** All orders, one to a line, and the last word. */
export function summary(paint: Paint, results: readonly Result[]): readonly string[] {
  const rows = [['order', 'ended', 'net money', 'net stock', ''], ...results.map(summaryRow)];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => aligned(cell, column, widths[column] ?? 0)).join('   '));
  const [head = '', ...body] = lines;
  return ['', paint.bold(head.trimEnd()), ...body, '', ...lastWord(paint, results)];
}

function lastWord(paint: Paint, results: readonly Result[]): readonly string[] {
  const wrong = results.filter(({ complaints }) => complaints.length > 0);
  if (wrong.length === 0) return [paint.good(`All ${results.length} orders ended as they had to, and all books agree.`)];
  const details = wrong.flatMap(({ fate, complaints }) => complaints.map((complaint) => `${fate.orderId}: ${complaint}`));
  return [...details, paint.bad(`${wrong.length} of ${results.length} orders did not end as they had to.`)];
}

const aligned = (cell: string, column: number, width: number): string =>
  column === 2 || column === 3 ? cell.padStart(width) : cell.padEnd(width);

function summaryRow({ fate, outcome, complaints }: Result): readonly string[] {
  const mark = complaints.length === 0 ? '✓' : '✗';
  if (!outcome) return [fate.title, '?', '?', '?', mark];
  const { view, ledgers } = outcome;
  const net = ledgers.money.net === '0' ? formatMoney(0, view.currency) : ledgers.money.net;
  const stock = Object.values(ledgers.stock).reduce((total, { reserved, released }) => total + released - reserved, 0);
  return [fate.title, statusText(view), `${grouped(net)} ${view.currency}`, String(stock), mark];
}
