/** The steps of an order in plain words. A step that is not in here goes by its own name. */

interface Wording {
  /** What is being done. */
  readonly action: string;
  /** How it is said to be done. */
  readonly done: string;
}

const FORWARD: Readonly<Record<string, Wording>> = {
  validate_order: { action: 'check availability', done: 'available' },
  approval: { action: 'ask for approval', done: 'approved' },
  reserve_inventory: { action: 'reserve the stock', done: 'reserved' },
  process_payment: { action: 'charge the card', done: 'charged' },
  create_shipment: { action: 'book the shipment', done: 'booked' },
  'send_confirmation email': { action: 'confirm by e-mail', done: 'sent' },
  'send_confirmation push': { action: 'confirm by push', done: 'sent' },
};

const BACK: Readonly<Record<string, Wording>> = {
  reserve_inventory: { action: 'put the stock back', done: 'put back' },
  process_payment: { action: 'refund the money', done: 'refunded' },
  create_shipment: { action: 'cancel the shipment', done: 'cancelled' },
  'create_shipment return': { action: 'return the parcel', done: 'on its way back' },
  'send_confirmation email': { action: 'send a cancellation', done: 'sent' },
};

export function wordingOf(step: string, direction: 'do' | 'undo', channel: string): Wording {
  const name = channel === '' ? step : `${step} ${channel}`;
  const known = (direction === 'do' ? FORWARD : BACK)[name];
  return known ?? { action: `${direction === 'do' ? '' : 'undo '}${name.replaceAll('_', ' ')}`, done: 'done' };
}

/** The wire's amount with separators: `1299.99` is `1,299.99`. */
export const grouped = (amount: string): string => amount.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ',');

/** Of identifiers with a UUID the beginning is enough to tell them apart. */
export const withShortIds = (text: string): string => text.replaceAll(/\b(\w{3}_[\da-f]{8})-[\da-f-]{27}/g, '$1…');

export function duration(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
