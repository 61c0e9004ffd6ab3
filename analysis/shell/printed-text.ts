import { basename } from "node:path";
import { filtered } from "./text-filters.js";
import type { Fields, Text } from "./variables.js";

/** What commands can print, apart from their arguments and their input. */
export interface Printable {
  /** The files of a folder or of a pattern, relative to the folder where the command runs. */
  filesOf: (path: string) => string[];
  /** All files below a folder whose names match a pattern. */
  filesBelow: (folder: string, name: string) => string[];
  read: (path: string) => string | null;
  functions: () => string[];
}

const mostNumbers = 60;

/** The output of a command, if its arguments, its input and the source say it. @param input its standard input */
export function printedBy([name, ...args]: Fields, input: string | undefined, from: Printable): string | undefined {
  if (args.includes(undefined)) return undefined;
  const words = args as string[];
  const plain = words.filter((word) => !word.startsWith("-"));
  const lines = (texts: readonly string[]) => texts.map((text) => `${text}\n`).join("");
  switch (name) {
    case "echo":
      return `${withoutOptions(words).join(" ").replaceAll("\\n", "\n")}\n`;
    case "printf":
      return formatted(withoutOptions(words));
    case "cat": {
      const texts = plain.map((path) => from.read(path));
      if (texts.includes(null)) return undefined;
      return plain.length === 0 ? input : texts.join("");
    }
    case "ls":
      return lines((plain.length === 0 ? ["."] : plain).flatMap((path) => from.filesOf(path)));
    case "find":
      return found(words, from);
    case "basename":
      return plain[0] === undefined ? undefined : `${basename(plain[0], plain[1])}\n`;
    case "seq":
      return numbers(plain);
    case "compgen":
      return words[0] === "-A" && words[1] === "function"
        ? lines(from.functions().filter((each) => each.startsWith(words[2] ?? "")))
        : undefined;
    case "declare":
    case "typeset":
      return words[0] === "-F" ? lines(from.functions().map((each) => `declare -f ${each}`)) : undefined;
    default:
      return filtered(name, words, input, from.read);
  }
}

/** The words after options such as `echo -n`. */
function withoutOptions(words: readonly string[]): readonly string[] {
  return /^-[neE]+$/.test(words[0] ?? "") ? words.slice(1) : words;
}

function formatted([format = "", ...values]: readonly string[]): string | undefined {
  const each = format.replaceAll("\\n", "\n");
  if (!format.includes("%")) return each;
  const count = (each.match(/%[sdq]/g) ?? []).length;
  if (count === 0) return undefined;
  let made = "";
  for (let index = 0; index < Math.max(values.length, 1); index += count) {
    let next = index;
    made += each.replaceAll(/%[sdq]/g, () => values[next++] ?? "");
  }
  return made;
}

/** `find kit tools -name "*.sh"`, also with conditions that are not checked here. */
function found(words: readonly string[], from: Printable): string | undefined {
  if (words.some((word) => /^-(?:exec|execdir|ok|okdir|delete|printf)$/.test(word))) return undefined;
  const options = words.findIndex((word) => word.startsWith("-") || word === "!" || word === "(");
  const folders = options < 0 ? words : words.slice(0, options);
  const name = words[words.findIndex((word) => word === "-name" || word === "-iname") + 1];
  const pattern = words.includes("-name") || words.includes("-iname") ? (name ?? "*") : "*";
  const files = (folders.length === 0 ? ["."] : folders).flatMap((folder) => from.filesBelow(folder, pattern));
  return files.map((file) => `${file}\n`).join("");
}

function numbers(words: readonly string[]): string | undefined {
  const [first = 1, step = 1, last = 1] =
    words.length === 1
      ? [1, 1, Number(words[0])]
      : words.length === 2
        ? [Number(words[0]), 1, Number(words[1])]
        : words.map(Number);
  if (![first, step, last].every(Number.isInteger) || step <= 0) return undefined;
  const all: number[] = [];
  for (let each = first; each <= last && all.length < mostNumbers; each += step) all.push(each);
  return all.map((each) => `${each}\n`).join("");
}

/** A text without the line break at its end, as in `$(…)`. */
export function asValue(text: Text): Text {
  return text?.replace(/\n+$/, "");
}
