import { changedText } from "./text-changes.js";
import { knownOutput } from "./known-output.js";
import type { ShellNode, ShellWord } from "./shell-nodes.js";
import { distinct, type Fields, itemOf, keysOf, mostAlternatives, type Text, type Variables } from "./variables.js";

/** The values that the expansion of words needs. */
export interface Environment {
  variables: Variables;
  /** `$1`, `$2` and so on; undefined if they are not known. */
  args: Fields | undefined;
  /** The folder of the script (that of `$0`), relative to where the script runs. */
  here: string;
  /** The path of the script and the top folder of the source, relative to where the script runs. */
  script: string;
  root: string;
  /** What the commands of a substitution print. */
  printed: (script: ShellNode | undefined) => Text;
}

/** Every list of fields that words can become; at least one. Unknown fields are undefined. */
export function fieldsOf(words: readonly ShellWord[], environment: Environment): Fields[] {
  let found: Fields[] = [[]];
  for (const word of words) {
    const own = fieldsOfWord(word, environment);
    if (found.length === 1 && own.length === 1) {
      (found[0] as Text[]).push(...own[0]!);
      continue;
    }
    found = found.flatMap((fields) => own.map((more) => [...fields, ...more])).slice(0, mostAlternatives);
  }
  return distinct(found);
}

function fieldsOfWord(word: ShellWord, environment: Environment): Fields[] {
  const { parts } = word;
  if (parts === undefined) return [[word.value ?? word.text]];
  const [only] = parts.length === 1 ? (parts as ShellWord[]) : [];
  const inner = only?.type === "DoubleQuoted" && only.parts?.length === 1 ? (only.parts[0] as ShellWord) : only;
  if (inner !== undefined) {
    const list = listOf(inner, environment);
    if (list !== undefined) return list;
  }
  const texts = textsOf(parts as ShellWord[], environment);
  // Without quotes, the shell splits the text of a variable or of a command into fields.
  if (only !== undefined && isExpansion(only))
    return texts.map((text) => (text === undefined ? [text] : text.trim().split(/\s+/).filter(Boolean)));
  return texts.map((text) => [text]);
}

/** The fields of `$@` and `${array[@]}`; undefined for other expansions. */
function listOf({ type, text, ...part }: ShellWord, { variables, args }: Environment): Fields[] | undefined {
  if (type !== "SimpleExpansion" && type !== "ParameterExpansion") return undefined;
  const from = /^\$(?:[@*]|\{[@*](?::(\d+))?\})$/.exec(text);
  if (from !== null) return args === undefined ? [[undefined]] : [args.slice(Math.max(0, Number(from[1] ?? 1) - 1))];
  const keys = /^\$\{!(\w+)\[[@*]\]\}$/.exec(text)?.[1];
  if (keys !== undefined) {
    const all = variables.get(keysOf(keys));
    const numbers = variables.get(keys)?.[0]?.map((_, index) => String(index));
    if (all === undefined && numbers !== undefined) return [numbers];
    return all === undefined ? [[undefined]] : [[...all].sort((one, other) => other.length - one.length)[0] ?? []];
  }
  const { parameter, index } = part as { parameter?: string; index?: ShellWord };
  if (parameter === undefined || (index?.text !== "@" && index?.text !== "*")) return undefined;
  const values = variables.get(parameter);
  return values === undefined || values.length === 0 ? [[undefined]] : [...values];
}

function isExpansion({ type }: ShellWord): boolean {
  return /^(?:SimpleExpansion|ParameterExpansion|CommandExpansion|CommandSubstitution)$/.test(type);
}

/** All texts that consecutive parts can form together. */
function textsOf(parts: readonly ShellWord[], environment: Environment): Text[] {
  let found: Text[] = [""];
  for (const part of parts) {
    const own = partTexts(part, environment);
    found = found
      .flatMap((text) => own.map((more) => (text === undefined || more === undefined ? undefined : text + more)))
      .slice(0, mostAlternatives);
  }
  return [...new Set(found)];
}

function partTexts(part: ShellWord, environment: Environment): Text[] {
  switch (part.type) {
    case "Literal":
    case "SingleQuoted":
    case "AnsiCQuoted":
      return [part.value ?? part.text];
    case "DoubleQuoted":
      return textsOf((part.parts ?? []) as ShellWord[], environment);
    case "BraceExpansion":
      return bracedTexts(part.text);
    case "SimpleExpansion":
    case "ParameterExpansion":
      return variableTexts(part, environment);
    case "CommandExpansion":
    case "CommandSubstitution":
      return [
        knownOutput(part, environment.root, (word) => fieldsOfWord(word, environment)[0]?.[0]) ??
          environment.printed(part["script"] as ShellNode | undefined),
      ];
    default:
      // Patterns and braces are expanded later.
      return [/[$`]/.test(part.text) ? undefined : part.text];
  }
}

const mostNumbers = 60;

/** The texts of `{a,b}` and `{1..3}`. */
function bracedTexts(text: string): Text[] {
  if (/^\{[^{}$`]*,[^{}$`]*\}$/.test(text)) return text.slice(1, -1).split(",");
  const [, first, last] = /^\{(\d+)\.\.(\d+)\}$/.exec(text) ?? [];
  if (first === undefined || Number(last) < Number(first)) return [text];
  const count = Math.min(Number(last) - Number(first) + 1, mostNumbers);
  return Array.from({ length: count }, (_, index) =>
    String(Number(first) + index).padStart(first.startsWith("0") ? first.length : 0, "0"),
  );
}

function variableTexts(part: ShellWord, environment: Environment): Text[] {
  const { text } = part;
  const { variables, args, here, script } = environment;
  if (/^\$(0|BASH_SOURCE|\{(0|BASH_SOURCE(\[0\])?)(:?-\$0)?\})$/.test(text)) return [script];
  if (/^\$\{(0|BASH_SOURCE(\[0\])?)%\/\*\}$/.test(text) || text.includes("BATS_TEST_DIRNAME")) return [here];
  if (/^\$\{?PWD\}?$/.test(text)) return ["."];
  // The folders of the system have no programs of the source.
  if (/^\$\{?PATH\}?$/.test(text) && variables.get("PATH") === undefined) return [""];
  if (/^\$\{?BATS_TEST_FILENAME\}?$/.test(text)) return [script];
  const changed = changedTexts(text, environment);
  if (changed !== undefined) return changed;
  const [, array, key] = /^\$\{(\w+)\[([^\]]+)\]\}$/.exec(text) ?? [];
  if (array !== undefined && key !== undefined) return itemTexts(array, key, variables);
  const [, defaulted] = /^\$\{(\w+):?[-=]/.exec(text) ?? [];
  const operand = (part as unknown as { operation?: { operand?: ShellWord } }).operation?.operand;
  if (defaulted !== undefined && operand?.parts !== undefined) {
    const own = /^\d+$/.test(defaulted)
      ? [environment.args?.[Number(defaulted) - 1]]
      : (variables.get(defaulted)?.map(([first]) => first) ?? []);
    const known = own.filter((each) => each !== undefined);
    return known.length > 0 ? known : textsOf(operand.parts as ShellWord[], environment);
  }
  const [, name, fallback] = /^\$\{?(\w+)(?::?[-=]([^${}]*)|:?\?[^${}]*)?\}?$/.exec(text) ?? [];
  if (name === undefined) return [undefined];
  if (/^[1-9]\d*$/.test(name)) return [args?.[Number(name) - 1] ?? fallback];
  const known = variables.get(name)?.map(([first]) => first) ?? [];
  return known.length === 0 ? [fallback] : known.map((each) => each ?? fallback);
}

/** The texts of `${name%pattern}`, `${name##pattern}`, `${name/old/new}`, `${name,,}`, `${name:2:3}` and `${!name}`. */
function changedTexts(text: string, environment: Environment): Text[] | undefined {
  const [, indirect, name = "", change = ""] = /^\$\{(!?)(\w+)((?:[%#/^,]|:\d).*|)\}$/s.exec(text) ?? [];
  if (name === "" || (indirect === "" && change === "") || change.includes("$")) return undefined;
  const own = /^\d+$/.test(name)
    ? [name === "0" ? environment.script : environment.args?.[Number(name) - 1]]
    : (environment.variables.get(name)?.map(([first]) => first) ?? [undefined]);
  if (indirect === "!")
    return own.flatMap((each) =>
      each === undefined ? [undefined] : (environment.variables.get(each)?.map(([first]) => first) ?? [undefined]),
    );
  return own.map((each) => (each === undefined ? undefined : changedText(each, change)));
}

/** The texts of an array item, by its number or by a key, which can be a variable. */
function itemTexts(array: string, key: string, variables: Variables): Text[] {
  const plain = key.replaceAll(/["']/g, "");
  const name = /^\$\{?(\w+)\}?$/.exec(plain)?.[1];
  const keys = name === undefined ? [plain] : (variables.get(name)?.map(([first]) => first) ?? [undefined]);
  return keys.flatMap((own): Text[] => {
    if (own === undefined) return [undefined];
    const item = variables.get(itemOf(array, own))?.map(([first]) => first);
    if (item !== undefined) return item;
    return /^-?\d+$/.test(own)
      ? (variables.get(array)?.map((fields) => fields.at(Number(own))) ?? [undefined])
      : [undefined];
  });
}

/** The variables that a word sets with `${NAME:=text}`, and their texts. */
export function defaultsIn(word: ShellWord): { name: string; text: string }[] {
  return [...(word.text ?? "").matchAll(/\$\{(\w+):?=([^${}]*)\}/g)].map(([, name, text]) => ({
    name: name!,
    text: text!,
  }));
}
