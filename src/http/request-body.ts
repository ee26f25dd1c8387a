/**
 * Reads a JSON body of bounded size. Bytes are counted as they arrive, so a missing or lying `Content-Length` gains nothing, and what is
 * beyond the limit is never kept.
 */

import { ok, refuse, type Result } from '../saga/result.ts';
import { parseJsonText } from './json-text.ts';
import type { BodyRefusal } from './refusal.ts';

export const BODY_LIMIT_BYTES = 64 * 1024;

/** `whenEmpty`: what a request without a body means. Where it is not given, such a request is refused like any other bad body. */
export async function readJsonBody(
  request: Request,
  options: { readonly whenEmpty?: unknown } = {},
): Promise<Result<unknown, BodyRefusal>> {
  const bytes = await readBody(request);
  if (!bytes.ok) return bytes;
  if (bytes.value.length === 0 && options.whenEmpty !== undefined) return ok(options.whenEmpty);
  return parseJsonBody(request.headers, bytes.value);
}

/** The body as it came, of bounded size. */
export async function readBody(request: Request): Promise<Result<Uint8Array, BodyRefusal>> {
  if (Number(request.headers.get('Content-Length')) > BODY_LIMIT_BYTES) return tooLarge;
  const bytes = await readBytes(request.body);
  return bytes === null ? tooLarge : ok(bytes);
}

/** The value of a body that was read with these headers. */
export function parseJsonBody(headers: Headers, bytes: Uint8Array): Result<unknown, BodyRefusal> {
  const unsupported = unsupportedType(headers);
  if (unsupported) return refuse(unsupported);
  if (bytes.length === 0) return refuse({ reason: 'invalid_json', detail: 'it is empty' });
  const text = decodeUtf8(bytes);
  return text === null ? refuse({ reason: 'invalid_json', detail: 'it is not UTF-8' }) : parseJsonText(text);
}

const tooLarge = refuse<BodyRefusal>({ reason: 'body_too_large', limitBytes: BODY_LIMIT_BYTES });

/** Null where there are more bytes than the limit. */
async function readBytes(body: Request['body']): Promise<Uint8Array | null> {
  if (body === null) return new Uint8Array();
  const bytes = new Uint8Array(BODY_LIMIT_BYTES);
  let length = 0;
  // Leaving the loop early cancels the stream.
  for await (const chunk of body.values()) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('Cannot read the body: its stream is not one of bytes');
    if (length + chunk.length > BODY_LIMIT_BYTES) return null;
    bytes.set(chunk, length);
    length += chunk.length;
  }
  return bytes.subarray(0, length);
}

function unsupportedType(headers: Headers): BodyRefusal | null {
  const coding = headers.get('Content-Encoding');
  if (coding !== null && coding.toLowerCase() !== 'identity') return { reason: 'unsupported_content_coding', coding };
  const contentType = headers.get('Content-Type');
  return contentType !== null && isJson(contentType) ? null : { reason: 'unsupported_media_type', contentType };
}

/** `application/json`, with any parameters but a charset that is not UTF-8. */
function isJson(contentType: string): boolean {
  const [type, ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  return (
    type === 'application/json' &&
    parameters.every((parameter) => !parameter.startsWith('charset=') || /^charset="?utf-8"?$/.test(parameter))
  );
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    // All that a fatal decoder throws is a TypeError for bytes that are not UTF-8.
    return null;
  }
}
