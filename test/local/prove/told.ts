/** What an exploration has found, as a reader sees it. */

import { configuration, type Choice } from '../../../src/local/prove/configuration.ts';
import { CORE } from '../../../src/local/prove/core.ts';
import { explore, type Exploration } from '../../../src/local/prove/explore.ts';
import { breachOf } from '../../../src/local/prove/story.ts';
import type { SagaDefinition } from '../../../src/saga/definition.ts';

export const told = (exploration: Exploration): readonly string[] => breachOf(exploration);

/** Goes through everything; what is left out is told as well. */
export function whole(saga: SagaDefinition, choice: Choice): readonly string[] {
  const exploration = explore(CORE, configuration(saga, choice));
  return exploration.isWhole ? [] : [...told(exploration), 'not gone through to its end'];
}
