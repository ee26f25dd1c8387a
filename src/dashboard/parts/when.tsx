/** A time on a page: how long ago, or how long until, with the exact time for who wants it. */

import { exact, fromNow } from '../words/times.ts';

export const When = ({ at, now }: { readonly at: number; readonly now: number }) => (
  <time datetime={new Date(at).toISOString()} title={exact(at)}>
    {fromNow(at, now)}
  </time>
);
