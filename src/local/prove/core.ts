/** The core as a value: what is proven, so that a broken twin of it can be given to the same checker. */

import { decide } from '../../saga/decide.ts';
import { evolve } from '../../saga/evolve.ts';
import { next } from '../../saga/next.ts';
import { requestOf } from '../../saga/request.ts';

export interface Core {
  readonly decide: typeof decide;
  readonly evolve: typeof evolve;
  readonly next: typeof next;
  readonly requestOf: typeof requestOf;
}

export const CORE: Core = { decide, evolve, next, requestOf };
