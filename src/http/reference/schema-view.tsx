/** How a schema is shown: its kind in words, and its fields below one another, those within it indented. */

import type { SchemaNode } from './schema-node.ts';

/** What stands between backquotes is code. */
export const Prose = ({ text }: { text: string }) => (
  <>{text.split('`').map((part, index) => (index % 2 === 0 ? part : <code>{part}</code>))}</>
);

export const Kind = ({ schema }: { schema: SchemaNode }) => {
  const { ref, items, alternatives, types } = schema;
  if (ref !== null) return <a href={`#${ref}`}>{ref}</a>;
  if (alternatives.length > 0) return <Either schemas={alternatives} />;
  if (items)
    return (
      <>
        list of <Kind schema={items} />
      </>
    );
  return <>{types.join(' or ') || 'anything'}</>;
};

const Either = ({ schemas }: { schemas: readonly SchemaNode[] }) => (
  <>
    {schemas.map((schema, index) => (
      <>
        {index > 0 && ' or '}
        <Kind schema={schema} />
      </>
    ))}
  </>
);

/** What is said of a value beside its name. */
export const Facts = ({ schema, isRequired }: { schema: SchemaNode; isRequired: boolean }) => (
  <span class="facts">
    <span class="kind">
      <Kind schema={schema} />
    </span>
    {isRequired && <span class="needed">required</span>}
    {schema.limits.map((limit) => (
      <code>{limit}</code>
    ))}
  </span>
);

/** Nothing where it has no fields of its own. */
export const Fields = ({ schema }: { schema: SchemaNode }) => {
  const shapes = [schema, ...(schema.items ? [schema.items] : []), ...schema.alternatives].filter(({ fields }) => fields.length > 0);
  return (
    <>
      {shapes.map(({ fields }) => (
        <dl class="fields">
          {fields.map(({ name, isRequired, schema }) => (
            <div>
              <dt>
                <code class="name">{name}</code> <Facts schema={schema} isRequired={isRequired} />
              </dt>
              <dd>
                {schema.description !== null && (
                  <p>
                    <Prose text={schema.description} />
                  </p>
                )}
                <Fields schema={schema} />
              </dd>
            </div>
          ))}
        </dl>
      ))}
    </>
  );
};
