import type { PythonSelection } from "../python/test-selection.js";
import type { TestSelection } from "../selection.js";

/** Code of the source that a program runs when a test starts it. */
export type Entry =
  /** `exported` names functions that the runner calls too. */
  | { language: "typescript"; file: string; selection?: TestSelection | undefined; exported?: readonly string[] }
  | { language: "python"; file: string; mode: "script" | "module" }
  | { language: "python"; file: string; mode: "tests"; selection?: PythonSelection }
  /** `args` are the arguments of the script. `tests` selects bats tests by their titles. */
  | { language: "shell"; file: string; args?: readonly (string | undefined)[]; tests?: RegExp }
  /** A command line within the command line: `sh -c`, a script of package.json. */
  | { language: "command"; text: string; folder: string; file: string; countsCommands?: boolean }
  /** A program that another one starts, such as `npx jest`. */
  | { language: "program"; name: string; args: readonly string[]; folder: string };

/** Files of TypeScript and JavaScript. */
export const codeFile = /\.(?:[cm]?[jt]s|[jt]sx)$/;
