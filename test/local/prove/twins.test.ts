import { describe, expect, it } from 'vitest';
import { configuration } from '../../../src/local/prove/configuration.ts';
import { CORE } from '../../../src/local/prove/core.ts';
import { explore } from '../../../src/local/prove/explore.ts';
import { ALL_LAWS } from '../../../src/local/prove/laws.ts';
import { catchTwin, TWINS } from '../../../src/local/prove/twins.ts';
import { orderFulfillment } from '../../../src/sagas/order-fulfillment.ts';
import { told } from './told.ts';

/** What the shortest story has to tell, in this order. */
const STORIES: Readonly<Record<string, readonly string[]>> = {
  'an undo is registered only once its step has succeeded': [
    'reserve_inventory, attempt 1: accepted',
    'takes effect',
    'no answer',
    'OrderCompensated',
  ],
  'a time-out is taken for a failure': [
    'attempt 1: no answer, and the request is still on its way',
    'OrderCompensated',
    'arrives late and takes effect',
  ],
  'the number of the attempt stands in the key': ['the coordinator crashes while validate_order is called', 'AttemptStarted'],
  '"not found", said by a proxy while the service is away, is taken for the service’s own refusal': [
    'refused, by whom is not known',
    'OrderCompensated',
  ],
  'a call and its undo share a key': ['reserve_inventory, attempt 1: answered, done', 'OperationStarted reserve_inventory.undo'],
  'after a crash the call is made again, though the order has turned back': [
    'the order is cancelled',
    'the coordinator crashes',
    'AttemptStarted',
  ],
  "the deadline's alarm stands on after the order is completed": ['OrderCompleted', 'time passes', 'the alarm goes off', 'RollbackStarted'],
  'a callback is believed though its operation is settled': [
    'OperationUnresolved',
    'the probe of validate_order: it is done',
    'OperationSucceeded',
  ],
  'the way back stops at the first undo that fails': [
    'undo of process_payment, attempt 1: refused',
    'OperationParked process_payment.undo, ReviewRequested',
  ],
  'what is parked is forgotten': ['OperationParked reserve_inventory.undo, OrderCompensated'],
  'the order turns back without waiting for the call under way': ['the order is cancelled', 'OperationStarted reserve_inventory.undo'],
  '"nothing to undo" is believed of a participant that does not fence': ['there is nothing to undo', 'OrderCompensated', 'takes effect'],
  'nothing wakes the order when a pause is over': ['attempt 1: no answer', 'AttemptFailed validate_order.do'],
  'the steps are undone in the order in which they were done': [
    'create_shipment, attempt 1: refused',
    'OperationStarted reserve_inventory.undo',
  ],
  'a key is sent again when its participant may have forgotten it': ['time passes, it is 60 min', 'AttemptStarted reserve_inventory.undo'],
  'what never began is undone as well': ['validate_order, attempt 1: refused', 'OperationStarted reserve_inventory.undo'],
  'an undo that nobody answers is tried for ever': [
    'the probe of undo of reserve_inventory: it was never seen',
    'AttemptStarted',
    'it was never seen',
  ],
  "a person's retry is taken twice": [
    'OperationParked',
    'a person has reserve_inventory tried again',
    'a person has reserve_inventory tried again',
  ],
};

/** Every twin is caught long before. */
const SOME = 5_000;

/** Those of the phrases that do not come, one after the other. */
function missing(text: string, phrases: readonly string[]): readonly string[] {
  let from = 0;
  return phrases.filter((phrase) => {
    const at = text.indexOf(phrase, from);
    if (at >= 0) from = at + phrase.length;
    return at < 0;
  });
}

describe('a broken twin of the core', () => {
  it.each(TWINS.map((twin) => [twin.mistake, twin] as const))('is caught: %s', (mistake, twin) => {
    const exploration = catchTwin(twin, orderFulfillment, SOME);
    expect(exploration.breach?.law).toBe(twin.breaks);
    expect(missing(told(exploration).join('\n'), STORIES[mistake] ?? [`a story of: ${mistake}`])).toEqual([]);
  });

  it('is the only one that is caught: the core itself passes where they do not', () => {
    for (const { fences, actions } of [
      { fences: true, actions: 1 },
      { fences: false, actions: 0 },
    ]) {
      const configured = configuration(orderFulfillment, { fences, actions, confirmationFailure: 'compensate', needsApproval: false });
      const exploration = explore(CORE, configured, { maxStates: SOME });
      expect(told(exploration)).toEqual([]);
    }
  });

  it('that breaks one law is caught by the next where that one is not held against it', () => {
    const twin = TWINS.find(({ mistake }) => mistake.startsWith('the number of the attempt'));
    const configured = configuration(orderFulfillment, { fences: true, confirmationFailure: 'compensate', needsApproval: false });
    const exploration = explore(twin?.core ?? CORE, configured, { maxStates: SOME, ignored: new Set(['one key, one body']) });
    expect([exploration.breach?.law, exploration.breach?.wrong]).toEqual(['once', 'reserve_inventory.do was taken back 2 times']);
  });

  it('is there for every law but five', () => {
    const broken = new Set([...TWINS.map(({ breaks }) => breaks), 'once']);
    expect(ALL_LAWS.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([
      'no turning back',
      'cancelling',
      'parcels',
      'no exception',
    ]);
  });
});
