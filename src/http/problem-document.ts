/** What a problem document holds (RFC 9457): the members that every one has, and those that some reasons bring along. */

import * as z from 'zod';
import { orderView } from '../order/wire.ts';
import type { Answer } from './answer.ts';
import type { ProblemCode, ProblemStatus } from './problem-kinds.ts';

const text = z.string();

const fieldError = z.object({
  pointer: text.exactOptional().meta({ description: 'JSON Pointer into the body; absent for a header or a query parameter' }),
  field: text.meta({ examples: ['items[0].unit_price'] }),
  detail: text,
});

export const problemDocument = z
  .object({
    type: text.meta({ description: '`/problems/` and the code: compared, never fetched' }),
    title: text,
    status: z.int(),
    detail: text.meta({ description: 'For people; it may change' }),
    code: text.meta({ description: 'Stable: what programs go by' }),
    errors: z.array(fieldError).exactOptional().meta({ description: 'What is wrong with which field' }),
    setting: text.exactOptional(),
    decision: text.exactOptional(),
    step: text.exactOptional(),
    stands: text.nullable().exactOptional(),
    event: z.int().exactOptional(),
    saga: text.exactOptional(),
    saga_version: z.int().exactOptional(),
    order_status: text.exactOptional().meta({ description: 'The order’s status, as `status` is the HTTP one' }),
    reason: text.exactOptional(),
    ...z.object(orderView.shape).pick({ order_id: true, saga_status: true, error: true, links: true }).partial().shape,
  })
  .meta({ id: 'Problem', description: 'Why a request was refused' });

type Problem = Readonly<z.infer<typeof problemDocument>> & { readonly code: ProblemCode };

export type ProblemAnswer = Answer<Problem, ProblemStatus>;
