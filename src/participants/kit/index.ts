/** The participant kit: all of it that a service needs. It imports nothing from outside of this folder but hono, zod and standardwebhooks. */

export { participant, type Operation, type ParticipantOptions, type Variables } from './participant.ts';
export { D1Store, DurableStore, type Store } from './store.ts';
export { settle, type Settled } from './settle.ts';
export { forget } from './forget.ts';
export type { Undoing } from './admission.ts';
export type { Answer, Json } from './answer.ts';
