/** JSON text to a value. What JSON leaves open is closed here: a name that stands twice in an object is refused, not settled by luck. */

import { refuse, ok, type Result } from '../saga/result.ts';
import { bodyError } from './field-error.ts';
import type { BodyRefusal } from './refusal.ts';
import { invalidBody } from './request-schema.ts';

/** The value of a JSON text. Its depth is bounded by its length alone: nothing here recurses. */
export function parseJsonText(text: string): Result<unknown, BodyRefusal> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse({ reason: 'invalid_json', detail: `it is not JSON${placeOf(error)}` });
  }
  const repeated = repeatedName(text);
  return repeated ? refuse(invalidBody([bodyError(repeated, 'must be given once')])) : ok(value);
}

/** V8's message has a position for most mistakes. The rest of it quotes the text, so it is not passed on. */
function placeOf(error: unknown): string {
  const position = error instanceof SyntaxError ? /at position (\d+)/.exec(error.message)?.[1] : undefined;
  return position === undefined ? '' : ` from position ${position} on`;
}

type Frame = { readonly kind: 'array'; index: number } | { readonly kind: 'object'; readonly names: Set<string>; name: string };

/** Where the first repeated name stands, or null. The text must be valid JSON. */
function repeatedName(text: string): readonly (string | number)[] | null {
  const frames: Frame[] = [];
  let expectsName = false;
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g)) {
    const top = frames.at(-1);
    if (token === '{') frames.push({ kind: 'object', names: new Set(), name: '' });
    else if (token === '[') frames.push({ kind: 'array', index: 0 });
    else if (token === '}' || token === ']') frames.pop();
    else if (token === ',' && top?.kind === 'array') top.index += 1;
    else if (expectsName && top?.kind === 'object') {
      top.name = token.includes('\\') ? String(JSON.parse(token)) : token.slice(1, -1);
      if (top.names.has(top.name)) return frames.map((frame) => (frame.kind === 'array' ? frame.index : frame.name));
      top.names.add(top.name);
    }
    expectsName = token === '{' || (token === ',' && top?.kind === 'object');
  }
  return null;
}
