/** In which order stages are undone: the last first, and what was done side by side is undone side by side. */

import type { CallStep } from '../../saga/definition.ts';
import { callOperations, operationParts, stepOf } from '../../saga/operation.ts';
import { isSettled } from '../../saga/progress.ts';
import type { SagaState } from '../../saga/state.ts';
import type { PlannedStep } from './configuration.ts';
import type { Written } from './law.ts';

/** The step whose undo this event begins. */
export function undoStarted({ event, configuration }: Pick<Written, 'event' | 'configuration'>): CallStep | null {
  if (event.type !== 'OperationStarted' || operationParts(event.operation).direction === 'do') return null;
  return stepOf(configuration.definition, event.operation);
}

export function outOfOrder(written: Written): string | null {
  const step = undoStarted(written);
  const { configuration, before } = written;
  if (!step) return null;
  if (!before.cause) return wentOnWithout(before, step) ? null : `${step.name} is undone, though the order goes forward with it`;
  const { steps, definition } = configuration;
  const open = steps.flatMap(({ calls }) => calls).find((id) => before.operations[id] && !isSettled(before.operations[id]));
  if (open !== undefined) return `${step.name} is undone while ${open} is still under way`;
  // The other way, or once more, because it happened after all: its turn has come before.
  const hasBegun = steps.some((planned) => planned.step === step && planned.undos.some((id) => before.operations[id]));
  if (hasBegun) return null;
  const stageOf = (name: string) => definition.stages.findIndex((stage) => stage.some((member) => member.name === name));
  const later = steps.find((planned) => stageOf(planned.step.name) > stageOf(step.name) && isInTheWay(before, planned));
  return later ? `${step.name} is undone before ${later.step.name} is` : null;
}

/** All its calls came to an end, and not all succeeded. */
function wentOnWithout({ operations, settings }: SagaState, step: CallStep): boolean {
  const calls = callOperations(step).map((id) => operations[id]);
  const isOver = calls.every(isSettled) && calls.some((call) => call?.phase === 'refused' || call?.phase === 'unresolved');
  return isOver && step.whenFailed(settings) === 'go_on';
}

/** It may stand, is not undone yet, and its undo is more than a message. */
function isInTheWay({ operations }: SagaState, { step, calls, undos }: PlannedStep): boolean {
  const mayStand = calls.some((id) => operations[id] && (operations[id].phase !== 'refused' || operations[id].late));
  if (!step.undo || step.undo.notifies || !mayStand) return false;
  const begun = undos.flatMap((id) => operations[id] ?? []);
  return begun.length === 0 || !begun.every(isSettled);
}
