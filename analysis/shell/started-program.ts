import type { Evidence } from "../flow/conclude.js";
import type { Program } from "../flow/program.js";
import { join, normalize, relative } from "node:path";
import type { Declaration, Site } from "../flow/values.js";
/** A program that a command line starts, with its arguments as far as they are known. */
export interface StartedProgram {
  name: string;
  /** Undefined where an argument is not a constant. */
  args: (string | undefined)[];
  /** Where it runs, relative to the source. */
  folder: string;
  from: Declaration;
  at: Site;
}

/** A function of a script. */
export interface ShellFunction {
  declaration: Declaration;
  /** Reads its body, once. @param folder where it is called */
  enter: (folder: string) => void;
}

/** By name. Scripts call functions of those that they source. */
export type ShellFunctions = Map<string, ShellFunction>;

/** What the run of one script asks of the reader of all. */
export interface ScriptHost {
  readonly program: Program;
  readonly evidence: Evidence[];
  /** Whether the source has a file. */
  has(file: string): boolean;
  /** Runs another script. @returns whether it could be read */
  enter(file: string, folder: string, from: Declaration, at: Site, functions: ShellFunctions): boolean;
  text(
    text: string,
    file: string,
    folder: string,
    from: Declaration,
    functions: ShellFunctions,
    countsCommands: boolean,
  ): void;
  start(started: StartedProgram): void;
}

export const batsHooks = ["setup_file", "setup", "teardown", "teardown_file"];

export const batsRunners = new Set(["run", "assert_success", "bats_require_minimum_version"]);

const runners = new Set([
  "env",
  "nice",
  "nohup",
  "timeout",
  "time",
  "sudo",
  "exec",
  "command",
  "builtin",
  "xargs",
  "setsid",
  "stdbuf",
  "ionice",
  "unbuffer",
  "xvfb-run",
]);

/** The command that another one runs: `env A=1 timeout 5 curl x` runs curl. Undefined if it runs none. */
export function wrappedCommand(name: string, args: (string | undefined)[]): (string | undefined)[] | undefined {
  if (!runners.has(name)) return undefined;
  // `command -v curl` only looks.
  if (name === "command" && (args[0] === "-v" || args[0] === "-V")) return [];
  const takesValue = new Set([
    "-n",
    "-s",
    "-k",
    "-u",
    "--signal",
    "-I",
    "-P",
    "-L",
    "-d",
    "-S",
    "-C",
    "-o",
    "-e",
    "-i",
  ]);
  let index = 0;
  while (index < args.length) {
    const arg = args[index];
    if (arg === undefined) return [];
    if (name === "env" && /^\w+=/.test(arg)) index++;
    else if (arg.startsWith("-")) index += takesValue.has(arg) && name !== "time" && name !== "env" ? 2 : 1;
    else break;
  }
  if (name === "timeout") index++;
  return args.slice(index);
}

/** The path from one folder of the source to another one. */
export function relativeFolder(from: string, to: string): string {
  return relative(from, to) || ".";
}

export function inSource(folder: string, path: string): string {
  if (path.startsWith("library:")) return path.replace(/^library:\/*/, "library:");
  return normalize(join(folder, path)).replace(/^\.\//, "");
}
