/** What is wrong with one field of a request, named twice: for programs (RFC 6901) and for people. */

export interface FieldError {
  /** Into the body. Absent where the field is a header or a query parameter. */
  readonly pointer?: string;
  /** `items[0].unit_price`, the name of a header or a query parameter, or `body` for the body itself. */
  readonly field: string;
  readonly detail: string;
}

export type FieldPath = readonly PropertyKey[];

const QUOTE_LIMIT = 80;

/** The error of a field of the body. Names from the request are cut short, so a pointer to an absurdly long name is not exact. */
export function bodyError(path: FieldPath, detail: string): FieldError {
  const parts = path.map((part) => (typeof part === 'number' ? part : clip(String(part))));
  return { pointer: parts.map(pointerPart).join(''), field: parts.reduce(withPart, '') || 'body', detail };
}

const pointerPart = (part: string | number): string => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`;

const withPart = (field: string, part: string | number): string =>
  typeof part === 'number' ? `${field}[${part}]` : field === '' ? part : `${field}.${part}`;

/** A value from a request, fit for a message: never more than 80 characters of it, and never what it contains. */
export function quote(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(clip(value));
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

const clip = (text: string): string => (text.length <= QUOTE_LIMIT ? text : `${text.slice(0, QUOTE_LIMIT)}…`).toWellFormed();
