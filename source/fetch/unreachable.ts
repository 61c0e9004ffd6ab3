import { firstLine, GitError } from "./git-command.js";

/** The repository could not be fetched now. Trying again later can help. */
export class UnreachableError extends Error {
  override name = "UnreachableError";
  /** Set if a server answered and refused, such as `this address answers 404`. The submission's owner may have made a mistake. */
  readonly refusal: string | null;
  constructor(message: string, refusal: string | null, options?: ErrorOptions) {
    super(message, options);
    this.refusal = refusal;
  }
}

/** Errors of servers that answer but refuse the repository, in English. */
const refusals: readonly [RegExp, string][] = [
  [/repository '.*' not found|returned error: 404|ERROR: Repository not found/i, "this address answers 404"],
  [/Authentication failed|could not read Username|returned error: 401/i, "this address asks for other credentials"],
  [/returned error: 403|access denied|Permission denied \(/i, "this address denies access"],
];

/** Translates git's error. @param what the address, or the submodule at its path */
export function unreachable(what: string, error: unknown): UnreachableError {
  if (!(error instanceof GitError)) throw error;
  const refusal = refusals.find(([pattern]) => pattern.test(error.stderr))?.[1] ?? null;
  const status = /returned error: (5\d\d|429)/.exec(error.stderr)?.[1];
  const text = refusal ?? (status === undefined ? `does not answer: ${firstLine(error.stderr)}` : `answers ${status}`);
  return new UnreachableError(`${what}${refusal === null ? " " : ": "}${text}`, refusal, { cause: error });
}
