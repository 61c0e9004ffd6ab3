import type { Declaration, Site } from "../flow/declaration.js";
import type { Evidence } from "../flow/conclude.js";
import type { Program } from "../flow/program.js";
import type { ShellFunction } from "./shell-function.js";
import type { StartedProgram } from "./started-program.js";
import type { Fields, Variables } from "./variables.js";

export interface Script {
  text: string;
  file: string;
  lines: readonly number[];
  functions: ShellFunctions;
  /** Whether the programs that it starts are requirements. */
  countsCommands: boolean;
  /** Whether it sets PATH. The programs that it starts may then be its own. */
  changesPath: boolean;
}

/** The state of the reader at one place of a script. */
export interface Context {
  from: Declaration;
  folder: string;
  depth: number;
  variables: Variables;
  /** `$1`, `$2` and so on; undefined if they are not known. */
  args: Fields | undefined;
  /** Whether this always runs. */
  isCertain: boolean;
  /** The text of standard input, if it is known. */
  input?: string | undefined;
  /** The folders to which `popd` goes back, the latest last. */
  folders?: readonly string[];
  /** Whether the script or function has already ended here. */
  isOver?: boolean;
}

/** Functions by name. Scripts call functions of the scripts that they source. */
export type ShellFunctions = Map<string, ShellFunction>;

/** The context in which a script or a text of commands runs. */
export interface ScriptContext extends Omit<Context, "depth" | "isOver"> {
  functions: ShellFunctions;
  /** Selects bats tests by their titles. */
  tests?: RegExp;
}

/** The reader of all scripts, as the run of one script uses it. */
export interface ScriptHost {
  readonly program: Program;
  readonly evidence: Evidence[];
  /** Whether the source has a file. */
  has(file: string): boolean;
  /** The text of a file; null if the source does not have it. */
  textOf(file: string): string | null;
  /** The files that match a pattern. */
  expand(pattern: string): string[];
  /** Runs another script. @returns whether it could be read */
  enter(file: string, surroundings: ScriptContext, at: Site, isSourced?: boolean): boolean;
  /** @param countsCommands whether programs that the text starts are requirements */
  text(text: string, file: string, surroundings: ScriptContext & { countsCommands: boolean }): void;
  start(started: StartedProgram): void;
  /** Counts a command. @returns whether there were too many */
  exceedsCommandLimit(): boolean;
}
