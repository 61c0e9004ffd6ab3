import { join, normalize, relative } from "node:path";
import type { Declaration, Site } from "../flow/values.js";
import type { Text } from "./variables.js";

/** A program that a command line starts, with its arguments as far as they are known. */
export interface StartedProgram {
  name: string;
  /** Undefined where an argument is not a constant. */
  args: (string | undefined)[];
  /** Where it runs, relative to the source. */
  folder: string;
  from: Declaration;
  at: Site;
  /** Whether programs that it starts by a command line are requirements. */
  countsCommands: boolean;
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

const takesValue = new Set("-n -s -k -u --signal -I -P -L -d -S -C -o -e -i".split(" "));

/** The commands that another one runs: `env A=1 timeout 5 curl x` runs curl. Undefined if it runs none. */
export function wrappedCommand(name: string, args: Text[]): Text[][] | undefined {
  if (name === "find") return executedByFind(args);
  if (!runners.has(name)) return undefined;
  // `command -v curl` only looks.
  if (name === "command" && (args[0] === "-v" || args[0] === "-V")) return [];
  let index = 0;
  while (index < args.length) {
    const arg = args[index];
    if (arg === undefined) return [];
    if (name === "env" && /^\w+=/.test(arg)) index++;
    else if (arg.startsWith("-")) index += takesValue.has(arg) && name !== "time" && name !== "env" ? 2 : 1;
    else break;
  }
  if (name === "timeout") index++;
  return [args.slice(index)];
}

/** `find … -exec grep x {} ;` */
function executedByFind(args: Text[]): Text[][] {
  return args.flatMap((arg, index) => {
    if (!/^-(exec|execdir|ok|okdir)$/.test(arg ?? "")) return [];
    const rest = args.slice(index + 1);
    const end = rest.findIndex((each) => each === ";" || each === "+" || each === "\\;");
    return [end < 0 ? rest : rest.slice(0, end)];
  });
}

/** The path from one folder of the source to another one. */
export function relativeFolder(from: string, to: string): string {
  return relative(from, to) || ".";
}

export function inSource(folder: string, path: string): string {
  if (path.startsWith("library:")) return path.replace(/^library:\/*/, "library:");
  return normalize(join(folder, path)).replace(/^\.\//, "");
}
