/** What `npm run conformance` is asked to test. */

import { parseArgs } from 'node:util';
import * as z from 'zod';
import { ok, refuse, type Result } from '../../saga/result.ts';
import { ownSubject, SUBJECTS, withBodies, type Fields, type Subject } from './subject.ts';

export interface Asked {
  readonly url: string;
  readonly subject: Subject;
  readonly secret: string | undefined;
}

export const USAGE = [
  'npm run conformance -- --url http://localhost:7001 --service payment      inventory, payment, shipping or notification',
  'npm run conformance -- --url http://localhost:7001 --name cards --do /codes --undo /codes/return',
  '',
  '  --body JSON        sent with the do, beside what is sent anyway or instead of it; "{order_id}" in it is filled in',
  '  --undo-body JSON   the same for the undo',
  '  --secret whsec_... signs each call (or PARTICIPANT_SECRET in the environment)',
] as const;

const OPTIONS = {
  url: { type: 'string' },
  service: { type: 'string' },
  name: { type: 'string', default: 'own' },
  do: { type: 'string' },
  undo: { type: 'string' },
  body: { type: 'string' },
  'undo-body': { type: 'string' },
  secret: { type: 'string' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

/** Refuses with what is wrong, in words. */
export function askedFor(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): Result<Asked, string> {
  const values = valuesOf(args);
  if (!values.ok) return values;
  const { url, secret = environment['PARTICIPANT_SECRET'], body, 'undo-body': undoBody } = values.value;
  if (url === undefined || !URL.canParse(url)) return refuse('Say where the service is: --url http://localhost:7001');
  const subject = subjectOf(values.value);
  if (!subject.ok) return subject;
  const [more, moreOfUndo] = [fieldsOf('--body', body), fieldsOf('--undo-body', undoBody)];
  if (!more.ok) return more;
  if (!moreOfUndo.ok) return moreOfUndo;
  if (secret && !secret.startsWith('whsec_')) return refuse('--secret has to be one of Standard Webhooks: whsec_ and base64');
  return ok({ url, subject: withBodies(subject.value, more.value, moreOfUndo.value), secret: secret || undefined });
}

function valuesOf(args: readonly string[]): Result<Values, string> {
  try {
    return ok(parseArgs({ args: [...args], options: OPTIONS }).values);
  } catch (error) {
    if (error instanceof TypeError) return refuse(error.message);
    throw error;
  }
}

function subjectOf({ service, name, do: path, undo }: Values): Result<Subject, string> {
  if (path !== undefined) {
    if (service !== undefined) return refuse('Give either --service, or the paths of your own: --do and --undo');
    return [path, undo ?? '/'].every((one) => one.startsWith('/'))
      ? ok(ownSubject({ name, path, undoPath: undo ?? null }))
      : refuse('A path begins with a slash');
  }
  const known = SUBJECTS.find((subject) => subject.name === service);
  return known ? ok(known) : refuse(`--service has to be one of ${SUBJECTS.map((subject) => subject.name).join(', ')}`);
}

const fieldsSchema = z
  .string()
  .default('{}')
  .transform((text, context) => {
    try {
      const json: unknown = JSON.parse(text);
      return json;
    } catch {
      context.addIssue({ code: 'custom', message: 'not JSON' });
      return z.NEVER;
    }
  })
  .pipe(z.record(z.string(), z.json()));

function fieldsOf(option: string, text: string | undefined): Result<Fields, string> {
  const parsed = fieldsSchema.safeParse(text);
  return parsed.success ? ok(parsed.data) : refuse(`${option} has to be a JSON object, not ${text}`);
}
