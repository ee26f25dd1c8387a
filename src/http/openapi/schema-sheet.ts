/** Zod schemas as JSON Schema: those that have a name stand among the components and are referred to, the others where they are used. */

import * as z from 'zod';

export type JsonSchema = Readonly<Record<string, unknown>>;

type Schemas = ReadonlyMap<z.ZodType, JsonSchema>;

export class SchemaSheet {
  readonly components: Readonly<Record<string, JsonSchema>>;
  readonly #inputs: Schemas;
  readonly #outputs: Schemas;

  /** What is read has the form that may be sent; what is answered, and a parameter, has the form that comes out. */
  constructor(inputs: readonly z.ZodType[], outputs: readonly z.ZodType[]) {
    const read = written(inputs, 'input');
    const told = written(outputs, 'output');
    this.#inputs = read.schemas;
    this.#outputs = told.schemas;
    this.components = { ...read.named, ...told.named };
  }

  input(schema: z.ZodType): JsonSchema {
    return this.#inputs.get(schema) ?? {};
  }

  output(schema: z.ZodType): JsonSchema {
    return this.#outputs.get(schema) ?? {};
  }
}

const Written = z.object({
  properties: z.record(z.string(), z.record(z.string(), z.unknown())),
  $defs: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});

/** All of them in one, so that what they share is told once. */
function written(schemas: readonly z.ZodType[], io: 'input' | 'output'): { schemas: Schemas; named: Readonly<Record<string, JsonSchema>> } {
  const distinct = [...new Set(schemas)];
  const all = z.object(Object.fromEntries(distinct.map((schema, index) => [`schema${index}`, schema])));
  const text = JSON.stringify(z.toJSONSchema(all, { io, unrepresentable: 'any', override: ({ jsonSchema }) => tidy(jsonSchema, io) }));
  const { properties, $defs } = Written.parse(JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/')));
  return { schemas: new Map(distinct.map((schema, index) => [schema, properties[`schema${index}`] ?? {}])), named: $defs };
}

/** What zod writes down of its own, and says nothing, or too much, to those who read it. */
function tidy(schema: z.core.JSONSchema.BaseSchema, io: 'input' | 'output'): void {
  delete schema.id;
  // That means something else here: a field that a request may not have.
  delete schema.readOnly;
  if (schema.format === 'date-time') delete schema.pattern;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  // An answer may have more fields one day.
  if (io === 'output' && schema.additionalProperties === false) delete schema.additionalProperties;
}
