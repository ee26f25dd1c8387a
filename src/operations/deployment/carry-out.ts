/** Carries a plan out, one step after the other, and stops at the first that fails: whoever runs it again goes on from there. */

import { failed } from './account.ts';
import { lineOf, type Step } from './plan.ts';
import type { RunWrangler } from './run-wrangler.ts';
import { makeSecrets } from './secrets.ts';

export interface Hands {
  readonly wrangler: RunWrangler;
  /** For the person in front of it. */
  readonly tell: (line: string) => void;
  /** What wrangler says meanwhile, as it comes. */
  readonly watch: (text: string) => void;
  /** Shows what is shown once. */
  readonly show: (lines: readonly string[]) => void;
  readonly tenant: string;
  /** Where wrangler writes down what it deployed. */
  readonly outputFile: string;
}

export async function carryOut(plan: readonly Step[], hands: Hands): Promise<void> {
  for (const step of plan) {
    hands.tell(lineOf(step));
    await carryOutOne(step, hands);
  }
}

function carryOutOne(step: Step, hands: Hands): Promise<void> {
  const asking = async (...args: readonly string[]) => {
    const answer = await hands.wrangler(args);
    if (answer.status !== 0) throw failed(args.join(' '), answer);
  };
  switch (step.type) {
    case 'create_queue':
      return asking('queues', 'create', step.queue);
    case 'create_database':
      return asking('d1', 'create', step.database);
    case 'migrate':
      return asking('d1', 'migrations', 'apply', 'READ_MODEL', '--remote');
    case 'make_secrets':
      return setSecrets(step.names, hands);
    case 'deploy':
      return deploy(hands);
    default:
      return step satisfies never;
  }
}

/** Shown before anything else can fail: from here on they can be read nowhere. */
async function setSecrets(names: readonly string[], { wrangler, tenant, show }: Hands): Promise<void> {
  const { values, shown } = await makeSecrets(names, tenant);
  const answer = await wrangler(['secret', 'bulk'], { input: JSON.stringify(values) });
  if (answer.status !== 0) throw failed('secret bulk', answer);
  show(shown);
}

async function deploy({ wrangler, watch, outputFile }: Hands): Promise<void> {
  const answer = await wrangler(['deploy'], { env: { WRANGLER_OUTPUT_FILE_PATH: outputFile }, tell: watch });
  if (answer.status !== 0) throw new Error(`wrangler deploy ended with status ${answer.status}`);
}
