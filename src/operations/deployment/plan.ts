/** What a deployment needs, held against what the account has: what there is to do, in its order. Pure; nothing here knows a secret. */

/** By name; what the configuration file says of one environment. */
export interface Wanted {
  readonly worker: string;
  readonly queues: readonly string[];
  readonly database: string;
  readonly secrets: readonly string[];
  /** What the coordinator would refuse to start orders without. */
  readonly missingAddresses: readonly string[];
}

export interface Found {
  readonly queues: ReadonlySet<string>;
  readonly hasDatabase: boolean;
  /** File names; all of them where there is no database yet. */
  readonly newMigrations: readonly string[];
  /** Null: there is no such Worker yet. */
  readonly secrets: ReadonlySet<string> | null;
}

export type Step =
  | { readonly type: 'create_queue'; readonly queue: string }
  | { readonly type: 'create_database'; readonly database: string }
  | { readonly type: 'migrate'; readonly migrations: readonly string[] }
  | { readonly type: 'make_secrets'; readonly names: readonly string[] }
  | { readonly type: 'deploy'; readonly worker: string; readonly isNew: boolean };

/** Everything that the Worker refers to comes before it: a version that is deployed finds its tables and its secrets. */
export function planOf(wanted: Wanted, found: Found): readonly Step[] {
  const queues = wanted.queues.filter((queue) => !found.queues.has(queue));
  const secrets = wanted.secrets.filter((name) => !found.secrets?.has(name));
  return [
    ...queues.map((queue) => ({ type: 'create_queue', queue }) as const),
    ...(found.hasDatabase ? [] : [{ type: 'create_database', database: wanted.database } as const]),
    ...(found.newMigrations.length > 0 ? [{ type: 'migrate', migrations: found.newMigrations } as const] : []),
    ...(secrets.length > 0 ? [{ type: 'make_secrets', names: secrets } as const] : []),
    { type: 'deploy', worker: wanted.worker, isNew: found.secrets === null },
  ];
}

/** As a person reads it before saying yes. */
export const lineOf = (step: Step): string => {
  switch (step.type) {
    case 'create_queue':
      return `create   the queue ${step.queue}`;
    case 'create_database':
      return `create   the database ${step.database}`;
    case 'migrate':
      return `migrate  the database: ${step.migrations.join(', ')}`;
    case 'make_secrets':
      return `make     the secrets ${step.names.join(', ')}`;
    case 'deploy':
      return step.isNew
        ? `deploy   the Worker ${step.worker}, for the first time`
        : `deploy   the Worker ${step.worker}; orders in flight go on`;
    default:
      return step satisfies never;
  }
};

/** What is there already, and what nobody here can know. */
export function remarksOn(wanted: Wanted, found: Found): readonly string[] {
  const queues = wanted.queues.filter((queue) => found.queues.has(queue)).length;
  const secrets = wanted.secrets.filter((name) => found.secrets?.has(name)).length;
  const there = [
    ...(queues > 0 ? [`${queues} of ${wanted.queues.length} queues`] : []),
    ...(found.hasDatabase ? ['the database'] : []),
    ...(secrets > 0 ? [`${secrets} of ${wanted.secrets.length} secrets`] : []),
  ];
  return [
    ...(there.length > 0 ? [`There already, and left as they are: ${there.join(', ')}.`] : []),
    ...(wanted.missingAddresses.length > 0
      ? [`No address is given for ${wanted.missingAddresses.join(', ')}: until wrangler.toml has one, no order is started.`]
      : []),
  ];
}
