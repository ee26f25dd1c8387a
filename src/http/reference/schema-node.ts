/** What the reference reads of a JSON Schema, and a schema's kind in a few words. */

import * as z from 'zod';

export interface SchemaNode {
  /** The name of the component that it refers to. */
  readonly ref: string | null;
  readonly types: readonly string[];
  readonly alternatives: readonly SchemaNode[];
  readonly items: SchemaNode | null;
  readonly fields: readonly Field[];
  readonly description: string | null;
  /** What else a value has to be. */
  readonly limits: readonly string[];
}

interface Field {
  readonly name: string;
  readonly isRequired: boolean;
  readonly schema: SchemaNode;
}

const strings = z.array(z.string());
const number = z.number().optional();
const anything = z.array(z.unknown()).optional();

const Raw = z.object({
  $ref: z.string().optional(),
  type: z.union([z.string().transform((type) => [type]), strings]).default([]),
  oneOf: anything,
  anyOf: anything,
  items: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).default({}),
  required: strings.default([]),
  description: z.string().optional(),
  enum: anything,
  const: z.unknown().optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  default: z.unknown().optional(),
  minLength: number,
  maxLength: number,
  minimum: number,
  maximum: number,
  minItems: number,
  maxItems: number,
});

type Raw = z.infer<typeof Raw>;

export function schemaNode(schema: unknown): SchemaNode {
  const raw = Raw.parse(schema);
  return {
    ref: raw.$ref?.split('/').at(-1) ?? null,
    types: raw.type,
    alternatives: (raw.oneOf ?? raw.anyOf ?? []).map(schemaNode),
    items: raw.items === undefined ? null : schemaNode(raw.items),
    fields: Object.entries(raw.properties).map(([name, field]) => ({
      name,
      isRequired: raw.required.includes(name),
      schema: schemaNode(field),
    })),
    description: raw.description ?? null,
    limits: limitsOf(raw),
  };
}

function limitsOf(raw: Raw): readonly string[] {
  return [
    raw.enum ? raw.enum.map((value) => JSON.stringify(value)).join(' | ') : null,
    raw.const === undefined ? null : JSON.stringify(raw.const),
    raw.format ?? null,
    range(raw.minLength, raw.maxLength, ' characters'),
    range(raw.minimum, raw.maximum, ''),
    range(raw.minItems, raw.maxItems, ' entries'),
    raw.pattern ?? null,
    raw.default === undefined ? null : `default ${JSON.stringify(raw.default)}`,
  ].filter((limit) => limit !== null);
}

function range(least: number | undefined, most: number | undefined, unit: string): string | null {
  if (most !== undefined) return `${least ?? 0} to ${most}${unit}`;
  return least === undefined ? null : `${least}${unit} or more`;
}
