/** The code of one test. */
export interface CodeToRead {
  /** Files, folders or patterns, relative to `path`; null means what the command runs. */
  code: readonly string[] | null;
  command: string;
  /** The folder of the suite file, relative to the source's root; empty for the root. */
  path: string;
  /** Whether a step before the test may install the programs that the test starts. */
  mayInstallPrograms?: boolean;
}

/** `code` names a file that the source does not have. */
export class MissingCodeError extends Error {
  override name = "MissingCodeError";
}
