import { afterEach, expect, it } from 'vitest';
import { NaiveService, type Flaw } from './naive-service.ts';
import { tried } from './tried.ts';

const SECRET = 'whsec_bmFpdmUgc2VydmljZXMsIG9uZSBmYXVsdCBlYWNo';

let service: NaiveService | null = null;

afterEach(() => service?.close());

async function triedWith(flaw: Flaw) {
  service = new NaiveService(flaw);
  return tried('--url', await service.listen(), '--service', 'payment', '--secret', SECRET);
}

it('a service without a flaw has none found', async () => {
  const { fault, lacking, unseen, declaration, checks } = await triedWith('none');
  expect({ fault, lacking, unseen }).toEqual({ fault: [], lacking: [], unseen: [] });
  expect(declaration).toEqual({ fences: true, probe: true });
  expect(checks).toBe(18);
});

const TWICE = 'A customer is charged twice for one order';
const LATE = 'A customer is charged for an order that is over';
const BACK_TWICE = 'A customer gets the money back twice';
const PAID = 'A customer has paid for an order that was rolled back';

/** The check that names the flaw, and what it says of real orders. */
const FAULTS: readonly (readonly [Flaw, string, string])[] = [
  ['knows_no_keys', 'the same call again', TWICE],
  ['keeps_the_key_when_it_is_done', 'the same call, 8 times at once', TWICE],
  ['forgets_when_the_caller_hangs_up', 'an answer that is lost', TWICE],
  ['looks_at_no_body', 'another body under the same key', 'one order is told what was done for another'],
  ['refuses_what_comes_twice', 'the same call again', 'the order fails, though it was done'],
  ['fails_what_comes_twice', 'the same call again', 'it is rolled back, though all went well'],
  ['undoes_nothing', 'an undo', PAID],
  ['undoes_by_id_alone', 'an undo that knows no id', PAID],
  ['answers_an_undo_anew', 'the same undo again', BACK_TWICE],
  ['undoes_under_each_key', 'a second undo, under another key', BACK_TWICE],
  ['looks_before_it_undoes', '6 undos at once', BACK_TWICE],
  ['fails_an_early_undo', 'an undo before its do', 'though nothing happened'],
  ['undoes_what_never_was', 'an undo before its do', 'It says that it undid what never was'],
  ['forgets_what_was_undone', 'a do repeated after its undo', LATE],
  ['has_a_probe_that_forgets', 'the probe of what was done', PAID],
  ['has_a_probe_that_knows_all', 'the probe of what never came', 'what the service never heard of'],
  ['asks_for_no_signature', 'a call that nobody signed', 'Whoever finds the address'],
];

it.each(FAULTS)('a service that %s is found out by: %s', async (flaw, check, means) => {
  const { fault, printed } = await triedWith(flaw);
  expect(fault).toContain(check);
  expect(printed).toContain(means);
});

/** What a service may do without, and what it then has to declare. */
const LACKS = [
  ['does_not_fence', 'a do after its undo', { fences: false, probe: true }],
  ['fences_too_late', 'a do and its undo at once', { fences: false, probe: true }],
  ['has_no_probe', 'the probe of what never came', { fences: true, probe: false }],
  ['takes_its_time', 'a call that comes too late', { fences: true, probe: true }],
] as const;

it.each(LACKS)('a service that %s lacks something, and no more: %s', async (flaw, check, declaration) => {
  const outcome = await triedWith(flaw);
  expect(outcome.lacking).toContain(check);
  expect(outcome.fault).toEqual([]);
  expect(outcome.declaration).toEqual(declaration);
});

it('tries nothing else where one call does not go through', async () => {
  service = new NaiveService('none');
  const outcome = await tried('--url', await service.listen(), '--service', 'payment');
  expect(outcome.checks).toBe(1);
  expect(outcome.fault).toEqual(['one call']);
});
