import { shells } from "../runners/names.js";
import { inSource } from "./started-program.js";
import type { Fields, Text } from "./variables.js";

/** How a command is run. */
export interface CommandOptions {
  isProgram?: boolean;
  exported?: ReadonlyMap<string, readonly Fields[]>;
  /** The text of standard input, if the script contains it. */
  input?: string | undefined;
  /** The file that is its standard input. */
  inputFile?: Text;
}

/** The commands that a shell gets as an argument or on standard input; undefined if it runs a file. */
export function codeFor(args: Fields, input: string | undefined): Text {
  const index = args.findIndex((arg) => /^-[a-z]*c[a-z]*$/.test(arg ?? ""));
  if (index >= 0) return args[index + 1];
  return args.includes("-s") || args.every((arg) => arg?.startsWith("-")) ? input : undefined;
}

/** `python3 - <<EOF` runs the text as `python3 -c` would, and `bash < file` runs the file. */
export function withInput(name: string, args: Text[], { input, inputFile }: CommandOptions): Text[] {
  const option = /^python[\d.]*$/.test(name) ? "-c" : name === "node" ? "-e" : undefined;
  const isFromInput = args.every((arg) => arg?.startsWith("-") === true) || args[0] === "-";
  if (!isFromInput || (option === undefined && !shells.has(name))) return args;
  const rest = args[0] === "-" ? args.slice(1) : args;
  if (inputFile !== undefined) return [...(args[0] === "-" ? [] : args), inputFile, ...(args[0] === "-" ? rest : [])];
  return input === undefined || option === undefined ? args : [option, input, ...(args[0] === "-" ? rest : [])];
}

/** The folder where a wrapper starts its command: `env -C folder`, `sudo --chdir=folder`. */
export function folderFor(name: string, args: Fields, folder: string): string {
  const option = { env: "-C", sudo: "-D" }[name];
  const index = args.findIndex((arg) => arg === option || arg === "--chdir");
  const joined = args.find((arg) => arg?.startsWith("--chdir=") === true)?.slice("--chdir=".length);
  const target = option === undefined ? undefined : (joined ?? (index < 0 ? undefined : args[index + 1]));
  return target === undefined ? folder : inSource(folder, target);
}

/** `A=1` among the arguments of `env`. */
export function assignmentsIn(args: Fields): [string, readonly Fields[]][] {
  return args.flatMap((arg) => {
    const [, name, value] = /^(\w+)=(.*)$/s.exec(arg ?? "") ?? [];
    return name === undefined ? [] : [[name, [[value]]] as [string, readonly Fields[]]];
  });
}
