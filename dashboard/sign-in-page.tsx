import { renderPage } from "./layout.js";

export interface SignInPage {
  /** The path of this grid to open after the sign-in. */
  target: string;
  /** Why the last try was refused; null before the first one. */
  problem: string | null;
  /** The host of the OpenID Connect provider; null if there is none. */
  provider: string | null;
}

/** The page where a browser is signed in by a token, or by an OpenID Connect provider. */
export function signInPage({ target, problem, provider }: SignInPage): string {
  return renderPage({ title: "Sign in", live: null, reader: null, isSignedOut: true }, [
    <h2>Sign in</h2>,
    problem === null ? null : (
      <p class="bad" role="alert">
        {problem}
      </p>
    ),
    provider === null ? null : (
      <p class="one">
        <a href={`/sign-in/openid?${new URLSearchParams({ to: target }).toString()}`}>Sign in at {provider}</a>
      </p>
    ),
    <form method="post" action="/sign-in">
      <input type="hidden" name="to" value={target} />
      <p>
        <label>
          Your token
          <br />
          <input name="token" type="password" size={50} autocomplete="current-password" required autofocus />
        </label>
      </p>
      <p>
        <button type="submit">Sign in</button>
      </p>
    </form>,
    <p class="soft">
      On the machine of the grid, <code>holdfast page</code> prints a link that signs you in. An admin gives you a token
      with <code>holdfast token create</code>.
    </p>,
  ]);
}
