import type { MailWish } from "../mail/mail-policy.js";

/** The git source that a trigger submits, and the people who get its mail. */
export interface TriggeredSource {
  /** Without credentials. */
  url: string;
  /** What is fetched at the times of a schedule. */
  revision: string;
  path: string;
  /** Commits of history; null for the usual number. */
  depth: number | null;
  owner: string;
  project: string;
  tests: string[] | null;
  tell: string[];
  supersede: boolean | null;
  mail: MailWish;
}

/** The project of a repository, if nobody names one: the last part of its address. */
export function projectOfRepository(url: string): string {
  const last = url
    .replace(/\/+$/, "")
    .replace(/\.git$/, "")
    .split(/[/:]/)
    .at(-1);
  return last === undefined || last === "" ? url : last;
}
