import type { Context } from "./script.js";
import type { Fields, Text, Variables } from "./variables.js";

const mostLines = 60;
/** Options of `read` that are followed by a value. */
const withValue = new Set(["-p", "-d", "-t", "-n", "-N", "-u", "-i"]);

/** Commands that read into variables. */
export const readingCommands = /^(?:read|mapfile|readarray|getopts)$/;

/** @param separator of fields, for `read` */
export function bindInput(
  name: string,
  fields: Fields,
  { variables, args, isCertain, input }: Pick<Context, "variables" | "args" | "isCertain" | "input">,
  separator: string,
): void {
  if (name === "getopts" && args !== undefined) optionsInto(variables, fields, args);
  if (input === undefined) return;
  if (name === "read") readInto(variables, fields, input, separator, isCertain);
  if (name === "mapfile" || name === "readarray")
    variables.set(fields.at(-1) ?? "", [input.split("\n").filter(Boolean)], true);
}

/**
 * Handles `read -r name rest`: a variable can have the matching word of each line.
 * @param isOnce whether only one line is read
 */
function readInto(variables: Variables, args: Fields, input: string, separator: string, isOnce: boolean): void {
  const names: string[] = [];
  let isArray = false;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (withValue.has(arg)) index++;
    else if (arg.startsWith("-")) isArray ||= /a/.test(arg);
    else names.push(arg);
  }
  const all = input.split("\n").filter((line) => line.trim() !== "");
  const lines = (isOnce ? all.slice(0, 1) : all).slice(0, mostLines);
  const split = separator.trim() === "" ? /\s+/ : separator[0]!;
  const fields = lines.map((line) => line.trim().split(split));
  if (isArray) return variables.set(names[0] ?? "", fields, true);
  const [last] = names.slice(-1);
  for (const [index, name] of (names.length === 0 ? ["REPLY"] : names).entries())
    variables.set(
      name,
      fields.map((words) => [
        name === last || last === undefined ? words.slice(index).join(" ") : (words[index] ?? ""),
      ]),
      true,
    );
}

/** Handles `getopts nd: option`: sets the options that the script received. */
function optionsInto(variables: Variables, [letters, name]: Fields, args: readonly Text[]): void {
  if (letters === undefined || name === undefined || args.includes(undefined)) return;
  const options: string[] = [];
  const values: string[] = [];
  for (let index = 0; index < args.length && /^-\w/.test(args[index]!); index++)
    for (let at = 1; at < args[index]!.length; at++) {
      const letter = args[index]![at]!;
      const place = letters.indexOf(letter);
      options.push(place < 0 ? "?" : letter);
      if (place < 0 || letters[place + 1] !== ":") continue;
      const rest = args[index]!.slice(at + 1);
      values.push(rest === "" ? (args[++index] ?? "") : rest);
      break;
    }
  variables.set(name, options.length === 0 ? [["?"]] : options.map((each) => [each]), true);
  if (values.length > 0)
    variables.set(
      "OPTARG",
      values.map((each) => [each]),
      true,
    );
}

/** Whether a pattern of `case` matches a text; undefined for a pattern that is not understood. */
export function matchesCase(pattern: string, text: string): boolean | undefined {
  if (/[$`@!+?]\(|\$|`/.test(pattern)) return undefined;
  const plain = pattern.replaceAll(/["']/g, "");
  const expression = plain
    .replaceAll(/[.+^${}()|\\]/g, "\\$&")
    .replaceAll("*", "[^]*")
    .replaceAll("?", "[^]")
    .replaceAll("[!", "[^");
  try {
    return new RegExp(`^(?:${expression})$`).test(text);
  } catch {
    return undefined;
  }
}
