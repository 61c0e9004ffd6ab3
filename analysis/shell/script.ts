import type { Declaration } from "../flow/values.js";
import type { ShellFunctions } from "./started-program.js";

/** A script that is read. */
export interface Script {
  text: string;
  file: string;
  lines: readonly number[];
  functions: ShellFunctions;
  /** Whether the programs that it starts are requirements. */
  countsCommands: boolean;
  /** What it starts may then be its own. */
  changesPath: boolean;
}

/** Where in a script its reader is. */
export interface Context {
  from: Declaration;
  folder: string;
  depth: number;
}
