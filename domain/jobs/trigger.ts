import type { MailWish } from "../mail/mail-policy.js";

/** What a trigger submits: a git source, for people who are told. */
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
