/** A text that has to be JSON, as a step of a schema. */

import * as z from 'zod';

/** The value; where it is not JSON, an issue, and never an exception. */
export function parseJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'not valid JSON' });
    return z.NEVER;
  }
}
