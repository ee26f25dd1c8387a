/** Whose orders are meant? Asked where a page needs to know, the request does not say and the configuration leaves it open. */

import { linkFor, ROOT } from '../link.ts';

export const Tenants = ({ tenants, path }: { readonly tenants: readonly string[]; readonly path: string }) => (
  <section class="narrow">
    <h1>Whose orders?</h1>
    {tenants.length === 0 ? (
      <p>No tenant has a token now. The orders of one that had can still be looked at:</p>
    ) : (
      <ul class="choices">
        {tenants.map((tenant) => (
          <li>
            <a href={linkFor(tenant)(path)}>{tenant}</a>
          </li>
        ))}
      </ul>
    )}
    <form method="get" action={ROOT + path} class="line">
      <label>
        Another tenant
        <input name="tenant" required maxlength={64} pattern="[A-Za-z0-9_\-]+" />
      </label>
      <button>Show</button>
    </form>
  </section>
);
