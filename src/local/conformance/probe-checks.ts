/** Whether the probe, where there is one, says what is true. */

import { effectOf, fault, good, type Check, type Finding } from './check.ts';
import { doneOnce } from './repeated-call.ts';
import type { Service } from './service.ts';

const NO_PROBE: Finding = {
  kind: 'lacking',
  came: 'there is no probe',
  means: 'When answers get lost nobody can ask what became of a call: what went well is undone, and where that fails a person has to look',
  without: 'probe',
};

const UNKNOWN: Check = {
  name: 'the probe of what never came',
  did: 'asked GET /operations/{key} about a key that never came',
  expected: '404 with the code unknown_operation',
  needs: 'do',
  find: async (service) => {
    const { type } = await service.probe(service.newDo());
    if (type === 'no_probe') return NO_PROBE;
    if (type === 'never_seen') return good('never seen');
    return fault(type, 'An order takes for done, or for refused, what the service never heard of');
  },
};

const DONE: Check = {
  name: 'the probe of what was done',
  did: 'sent a call, and asked the probe about it',
  expected: '200 with {"state": "succeeded", "output": the answer}',
  needs: 'do',
  find: async (service) => {
    const { done, said } = await doneOnce(service);
    const found = await service.probe(done);
    if (found.type === 'no_probe') return NO_PROBE;
    return found.type === 'succeeded' && effectOf(found) === effectOf(said.answer) ? good('found it') : misled(service, found.type);
  },
};

function misled(service: Service, type: string): Finding {
  const { staysDone, doneLate } = service.subject.harm;
  if (type === 'succeeded') return fault('it found something else', 'An order goes on with the id of another');
  return fault(
    `it says ${type.replaceAll('_', ' ')}`,
    `${service.subject.undo ? staysDone : doneLate}: the coordinator believes the probe`,
  );
}

export const PROBE_CHECKS: readonly Check[] = [UNKNOWN, DONE];
