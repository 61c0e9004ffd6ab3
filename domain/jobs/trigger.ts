import type { MailWish } from "../mail/mail-policy.js";

/** The git source that a trigger submits, and the people who get its mail. */
export interface TriggeredSource {
  /** Without credentials. */
  url: string;
  /** The revision that a schedule fetches. */
  revision: string;
  path: string;
  /** How many commits of history to fetch; null for the default. */
  depth: number | null;
  owner: string;
  project: string;
  tests: string[] | null;
  tell: string[];
  supersede: boolean | null;
  mail: MailWish;
}

/** The default project of a repository: the last part of its address. */
export function projectOfRepository(url: string): string {
  const last = url
    .replace(/\/+$/, "")
    .replace(/\.git$/, "")
    .split(/[/:]/)
    .at(-1);
  return last === undefined || last === "" ? url : last;
}
