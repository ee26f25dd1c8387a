/** Addresses within the dashboard. They keep to the tenant that is looked at, where it has to be named. */

export const ROOT = '/dashboard';

export type Query = Readonly<Record<string, string | null | undefined>>;

export type Link = (path: string, query?: Query) => string;

/** `tenant` is null where the configuration leaves no doubt. */
export const linkFor =
  (tenant: string | null): Link =>
  (path, query = {}) => {
    const given = Object.entries({ ...query, tenant: query['tenant'] ?? tenant }).flatMap(([name, value]) =>
      value ? [[name, value]] : [],
    );
    const search = new URLSearchParams(given).toString();
    return `${ROOT}${path}${search && `?${search}`}`;
  };

/** What is not an address below the dashboard is not followed: null. */
export function ownAddress(address: unknown): string | null {
  if (typeof address !== 'string' || !URL.canParse(address, 'http://here.invalid')) return null;
  const { origin, pathname, search } = new URL(address, 'http://here.invalid');
  const isOwn = origin === 'http://here.invalid' && (pathname === ROOT || pathname.startsWith(`${ROOT}/`));
  return isOwn ? pathname + search : null;
}
