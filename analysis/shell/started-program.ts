import { join, normalize, relative } from "node:path";
import type { Declaration, Site } from "../flow/declaration.js";
import { pathInSource } from "../flow/source-paths.js";
import type { Fields, Text } from "./variables.js";

/** A program that a command line starts, with its known arguments. */
export interface StartedProgram {
  name: string;
  /** An argument that is not a constant is undefined. */
  args: (string | undefined)[];
  /** The folder where it runs, relative to the source. */
  folder: string;
  from: Declaration;
  at: Site;
  /** Whether programs that it starts by a command line are requirements. */
  countsCommands: boolean;
  /** The known variables that it sees. */
  exported?: ReadonlyMap<string, readonly Fields[]>;
}

/** Functions of `setup_suite.bash` that bats calls. */
export const batsSuiteHooks = ["setup_suite", "teardown_suite"];
/** Functions of a test file that bats calls. */
export const batsHooks = ["setup_file", "setup", "teardown", "teardown_file"];

/** Functions of bats and of its usual libraries. */
export const batsWord = /^(?:run|load|fail|(?:assert|refute|bats|batslib)(?:_\w+)?)$/;

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
  ..."strace ltrace valgrind unshare dbus-run-session chronic systemd-run flock taskset chrt numactl fakeroot setarch".split(
    " ",
  ),
  ..."cross-env dotenv doas gosu su-exec runuser prlimit eatmydata faketime rr catchsegv".split(" "),
]);

/** Wrappers that take an argument before the command: a time, a file, a mask, a user. */
const withArgument = new Set(["timeout", "flock", "taskset", "gosu", "su-exec", "faketime", "chrt"]);
/** Wrappers that take assignments before the command. */
const withAssignments = new Set(["env", "sudo", "doas", "cross-env"]);

const takesValue = new Set("-n -s -k -u --signal -I -P -L -d -S -C -o -e -i".split(" "));
/** Options with a value, of wrappers where the list above would be wrong. */
const valueOptions = new Map(
  Object.entries({
    time: "-f -o --format --output",
    env: "-u -C --unset --chdir",
    sudo: "-u -g -C -D -h -p -r -t -T -U --user --group --chdir --host --prompt",
    doas: "-u -C",
    ionice: "-c -n -p --class --classdata",
    timeout: "-k -s --kill-after --signal",
    nice: "-n --adjustment",
    flock: "-w -E --wait --timeout --conflict-exit-code",
    xargs: "-I -n -P -L -d -a -s -E --max-args --max-procs --max-lines --max-chars --delimiter --arg-file --replace",
    unshare: "--wd --root --setuid --setgid",
    "systemd-run": "-p -u -t --property --unit --slice --uid --gid",
  }).map(([name, options]) => [name, new Set(options.split(" "))] as const),
);

/** The commands that another command runs: `env A=1 timeout 5 curl x` runs curl. Undefined if it runs none. */
export function wrappedCommand(program: string, args: Text[]): Text[][] | undefined {
  // `/usr/bin/env` is `env`.
  const name = program.replace(/^(?:\/usr)?\/s?bin\//, "");
  if (name === "find") return executedByFind(args);
  if (name === "parallel" && args.includes(":::")) {
    const end = args.indexOf(":::");
    const command = args.slice(0, end).filter((arg) => !(arg ?? "-").startsWith("-"));
    return args
      .slice(end + 1)
      .map((arg) => (command.includes("{}") ? command.map((each) => (each === "{}" ? arg : each)) : [...command, arg]));
  }
  const line = commandLineOf(name, args);
  if (line !== undefined) return [line];
  if (!runners.has(name)) return undefined;
  // `command -v curl` only checks that curl exists.
  if (name === "command" && (args[0] === "-v" || args[0] === "-V")) return [];
  let index = 0;
  while (index < args.length) {
    const arg = args[index];
    // An unknown argument before the program of `env` is mostly an assignment.
    if (arg === undefined && withAssignments.has(name)) index++;
    else if (arg === undefined) return [];
    else if (withAssignments.has(name) && /^\w+=/.test(arg)) index++;
    else if (arg.startsWith("-"))
      index += (valueOptions.get(name) ?? takesValue).has(arg) || isUserOf(name, arg) ? 2 : 1;
    else break;
  }
  if (withArgument.has(name)) index++;
  // `flock file -c "command line"`
  if (name === "flock" && args[index] === "-c") return [["sh", "-c", args[index + 1]]];
  return [args.slice(index)];
}

/** `su ann -c "command line"`, `script -c "command line"`, `watch command line`, `ip netns exec name program`. */
function commandLineOf(name: string, args: Text[]): Text[] | undefined {
  if (name === "ip" && args[0] === "netns" && args[1] === "exec") return args.slice(3);
  if (name === "watch") {
    const first = args.findIndex((arg, index) => arg?.startsWith("-") !== true && args[index - 1] !== "-n");
    return first < 0 ? undefined : ["sh", "-c", args.slice(first).join(" ")];
  }
  const code = name === "su" || name === "script" ? args.findIndex((arg) => /^-\w*c$/.test(arg ?? "")) : -1;
  return code < 0 ? undefined : ["sh", "-c", args[code + 1]];
}

/** `sudo -iu ann program` */
function isUserOf(name: string, option: string): boolean {
  return name === "sudo" && /^-[a-zA-Z]+[ug]$/.test(option);
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
  const own = pathInSource(path);
  if (own !== undefined) return normalize(own).replace(/^\.\//, "");
  if (path.startsWith("library:")) return path.replace(/^library:\/*/, "library:");
  return normalize(join(folder, path)).replace(/^\.\//, "");
}
