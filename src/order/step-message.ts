/** What a queue carries: which order has something to do. Never what to do it with: the order's object knows that, and knows it better by then. */

import * as z from 'zod';

export const stepMessage = z.object({
  tenant: z.string(),
  order_id: z.string(),
  step: z.string(),
  direction: z.enum(['do', 'undo']),
});

export type StepMessage = z.infer<typeof stepMessage>;
