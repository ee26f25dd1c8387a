/** The door of the dashboard. It stands at every address until somebody is signed in, and then leads on to where they wanted to go. */

import { ROOT } from '../link.ts';

interface SignInProps {
  /** Where to go then. */
  readonly to: string;
  readonly problem?: string | undefined;
}

export const SignIn = ({ to, problem }: SignInProps) => (
  <section class="sign-in">
    <h1>Sign in</h1>
    {problem !== undefined && (
      <p class="problem" role="alert" id="problem">
        {problem}
      </p>
    )}
    <form method="post" action={`${ROOT}/sign-in`}>
      <input type="hidden" name="to" value={to} />
      <label>
        Operator token
        <input
          name="token"
          type="password"
          autocomplete="current-password"
          required
          autofocus
          maxlength={512}
          aria-describedby={problem === undefined ? undefined : 'problem'}
          aria-invalid={problem === undefined ? undefined : 'true'}
        />
      </label>
      <label>
        Your name <span class="hint">optional: written down with what you decide</span>
        <input name="name" autocomplete="username" maxlength={128} />
      </label>
      <button class="primary">Sign in</button>
    </form>
  </section>
);
