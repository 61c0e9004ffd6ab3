import type { Declaration, Site } from "../flow/declaration.js";
import type { Evidence } from "../flow/conclude.js";
import type { Program } from "../flow/program.js";
import type { ShellFunction } from "./shell-function.js";
import type { StartedProgram } from "./started-program.js";
import type { Fields, Variables } from "./variables.js";

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
  variables: Variables;
  /** `$1`, `$2` and so on; undefined if they are not known. */
  args: Fields | undefined;
  /** Whether this always runs. */
  isCertain: boolean;
  /** What is read from standard input, if that is known. */
  input?: string | undefined;
  /** Whether the script, or the function, has ended before. */
  isOver?: boolean;
}

/** By name. Scripts call functions of those that they source. */
export type ShellFunctions = Map<string, ShellFunction>;

/** Where a script, or a text of commands, runs. */
export interface Surroundings extends Omit<Context, "depth" | "isOver"> {
  functions: ShellFunctions;
  /** Selects tests of bats by their titles. */
  tests?: RegExp;
}

/** What the run of one script asks of the reader of all. */
export interface ScriptHost {
  readonly program: Program;
  readonly evidence: Evidence[];
  /** Whether the source has a file. */
  has(file: string): boolean;
  /** The files that a pattern means. */
  expand(pattern: string): string[];
  /** Runs another script. @returns whether it could be read */
  enter(file: string, surroundings: Surroundings, at: Site, isSourced?: boolean): boolean;
  /** @param countsCommands whether programs that the text starts are requirements */
  text(text: string, file: string, surroundings: Surroundings & { countsCommands: boolean }): void;
  start(started: StartedProgram): void;
  /** Counts a command. @returns whether there were too many */
  isTired(): boolean;
}
