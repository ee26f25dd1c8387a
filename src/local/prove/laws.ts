/** What must hold, whatever happens: each law is a name, a sentence, and what breaks it. */

import { parkedOf } from '../../saga/progress.ts';
import { EVENT_LAWS } from './event-laws.ts';
import type { Answered, Law } from './law.ts';
import { STATE_LAWS } from './state-laws.ts';

export const COMMAND_LAWS: readonly Law<Answered>[] = [
  {
    name: 'review',
    statement: 'A person’s action on what is not in review is refused.',
    breaks({ configuration, move: { command }, before, refusal }) {
      if ((command?.type !== 'retry' && command?.type !== 'resolve') || refusal !== null) return null;
      const isParked = parkedOf(configuration.definition, before).some(({ step }) => step.name === command.step);
      return isParked ? null : `a person's ${command.type} of ${command.step} is taken, but nothing of it is in review`;
    },
  },
];

/** The laws that are about all of the ways together (ends.ts), and about the core itself. */
export const RUN_ENDS = {
  name: 'every run ends',
  statement: 'No run goes round in a circle, and from everywhere the order comes to rest without anybody’s help.',
};
export const NO_EXCEPTION = { name: 'no exception', statement: 'The core has an answer to everything: it never throws.' };

export const ALL_LAWS = [...EVENT_LAWS, ...STATE_LAWS, ...COMMAND_LAWS, RUN_ENDS, NO_EXCEPTION].map(({ name, statement }) => ({
  name,
  statement,
}));
