/** What stands around every page: its head, the way to the other pages, and where its own part begins. */

import type { Context } from 'hono';
import { html } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { ASSETS } from './assets.ts';
import type { DashboardEnv, Desk } from './desk.ts';
import { linkFor, ROOT } from './link.ts';

export interface Page {
  readonly title: string;
  /** The entry of the navigation that it belongs to. */
  readonly section: string | null;
  readonly content: Child;
  readonly status?: ContentfulStatusCode;
  /** Where no script can keep it up to date, it is loaded anew so often. */
  readonly refreshSeconds?: number | null;
}

/** A page for who is signed in. */
export function page(
  c: Context<DashboardEnv>,
  { title, section, content, status = 200, refreshSeconds = null }: Page,
): Response | Promise<Response> {
  const body = (
    <Frame title={title} refresh={refreshSeconds !== null && <NoScriptRefresh seconds={refreshSeconds} />}>
      <Header desk={c.get('desk')} section={section} />
      <main id="content" tabindex={-1}>
        {content}
      </main>
    </Frame>
  );
  return c.html(html`<!doctype html>${body}`, status);
}

/** A page for who is not, or may not be. */
export function plainPage(c: Context, title: string, content: Child, status: ContentfulStatusCode): Response | Promise<Response> {
  const body = (
    <Frame title={title}>
      <header class="bar">
        <Brand href={ROOT} />
      </header>
      <main id="content" class="narrow" tabindex={-1}>
        {content}
      </main>
    </Frame>
  );
  return c.html(html`<!doctype html>${body}`, status);
}

/** Loads the same address again, as one's own page: for links from elsewhere, which a session's cookie does not come along with. */
export const openAgain = (c: Context): Response | Promise<Response> =>
  c.html(
    html`<!doctype html>${(
        <Frame title="Opening" refresh={<meta http-equiv="refresh" content="0" />}>
          <main id="content">Opening…</main>
        </Frame>
      )}`,
  );

const NoScriptRefresh = ({ seconds }: { seconds: number }) => (
  <noscript>
    <meta http-equiv="refresh" content={String(seconds)} />
  </noscript>
);

const Frame = ({ title, refresh, children }: { title: string; refresh?: Child; children: Child }) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="robots" content="noindex" />
      {refresh}
      <title>{`${title} · Backstitch`}</title>
      <link rel="icon" href={ASSETS.icon} />
      <link rel="stylesheet" href={ASSETS.style} />
      <script src={ASSETS.script} defer></script>
    </head>
    <body>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      {children}
    </body>
  </html>
);

const Brand = ({ href }: { href: string }) => (
  <a class="brand" href={href}>
    <svg viewBox="0 0 30 16" width="30" height="16" aria-hidden="true">
      <path class="seam" d="M1 5h10M16 5h10" />
      <path class="seam back" d="M8 12h11" />
    </svg>
    Backstitch
  </a>
);

const Header = ({ desk, section }: { desk: Desk; section: string | null }) => (
  <header class="bar">
    <Brand href={desk.link('')} />
    <nav aria-label="Pages">
      <ul>
        {desk.navigation.map(({ path, label }) => (
          <li>
            <a href={desk.link(path)} aria-current={section === path ? 'page' : undefined}>
              {label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
    <div class="who">
      <Tenant desk={desk} />
      <form method="post" action={`${ROOT}/sign-out`}>
        {desk.session.name !== '' && (
          <span class="name">
            <bdi>{desk.session.name}</bdi>
          </span>
        )}
        <button class="quiet">Sign out</button>
      </form>
    </div>
  </header>
);

/** With one tenant there is nothing to choose. */
const Tenant = ({ desk: { tenant, tenants } }: { desk: Desk }) =>
  tenant === null || (tenants.length === 1 && tenants[0] === tenant) ? null : (
    <details class="tenant">
      <summary>
        <span class="label">Tenant</span> {tenant}
      </summary>
      <ul>
        {tenants.map((other) => (
          <li>
            <a href={linkFor(other)('')} aria-current={other === tenant ? 'true' : undefined}>
              {other}
            </a>
          </li>
        ))}
      </ul>
    </details>
  );
