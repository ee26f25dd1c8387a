/** A page that says one thing. */

import type { Child } from 'hono/jsx';

export const Message = ({ title, text, children }: { readonly title: string; readonly text: string; readonly children?: Child }) => (
  <section class="message">
    <h1>{title}</h1>
    <p>{text}</p>
    {children}
  </section>
);
