import type { PythonSelection } from "../python/test-selection.js";
import type { TestSelection } from "../selection.js";

/** What a program that a test starts will run, as far as it is code of the source. */
export type Entry =
  /** `exported`: functions that the runner calls besides. */
  | { language: "typescript"; file: string; selection?: TestSelection | undefined; exported?: readonly string[] }
  | { language: "python"; file: string; mode: "script" | "module" }
  | { language: "python"; file: string; mode: "tests"; selection?: PythonSelection }
  /** `args` are the script's own; `tests` selects tests of bats by their titles. */
  | { language: "shell"; file: string; args?: readonly (string | undefined)[]; tests?: RegExp }
  /** A command line within the command line: `sh -c`, a script of package.json. */
  | { language: "command"; text: string; folder: string; file: string; countsCommands?: boolean }
  /** A program that another one starts, such as `npx jest`. */
  | { language: "program"; name: string; args: readonly string[]; folder: string };

/** Files of TypeScript and JavaScript. */
export const codeFile = /\.(?:[cm]?[jt]s|[jt]sx)$/;
