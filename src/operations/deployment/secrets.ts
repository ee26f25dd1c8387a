/**
 * Secrets made anew, and how they are shown to the one who has to pass them on. Of tokens the Worker is given digests alone: what is shown
 * here is shown once, and can be found nowhere afterwards.
 */

export interface Made {
  /** What the Worker is given, by the name of the secret. */
  readonly values: Readonly<Record<string, string>>;
  /** For a person, line by line. */
  readonly shown: readonly string[];
}

const TOKEN_BYTES = 32;
/** As Standard Webhooks recommends: between 24 and 64. */
const SIGNING_BYTES = 32;

/** `tenant`: whose orders the client's token is for. */
export async function makeSecrets(names: readonly string[], tenant: string): Promise<Made> {
  const values: Record<string, string> = {};
  const shown: string[] = [];
  for (const name of names) {
    if (name === 'API_TOKENS') {
      const tokens = [
        { token: newToken(), role: 'client', tenant },
        { token: newToken(), role: 'operator' },
        { token: newToken(), role: 'metrics' },
      ];
      values[name] = JSON.stringify(await Promise.all(tokens.map(async (entry) => ({ ...entry, token: await digestOf(entry.token) }))));
      shown.push(...tokens.map((entry) => `${entry.role} token${entry.tenant === undefined ? '' : ` of ${entry.tenant}`}  ${entry.token}`));
    } else {
      values[name] = `whsec_${btoa(String.fromCodePoint(...randomBytes(SIGNING_BYTES)))}`;
      shown.push(`${name}  ${values[name]}`);
    }
  }
  return { values, shown };
}

const newToken = (): string => hexOf(randomBytes(TOKEN_BYTES));

async function digestOf(token: string): Promise<string> {
  return `sha256:${hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token))))}`;
}

const randomBytes = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count));

const hexOf = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
