import type { ShellWord } from "./shell-nodes.js";
import { type Fields, itemOf, keysOf, type Variables } from "./variables.js";

/** `array[key]=value` */
export function setItem(variables: Variables, name: string, key: string, values: readonly Fields[]): void {
  const plain = key.replaceAll(/["']/g, "");
  variables.set(itemOf(name, plain), values, true);
  variables.append(keysOf(name), [[plain]], false);
}

/** An element of an array without its key: `[one]=first`. */
export function withoutKey(word: ShellWord): ShellWord {
  const key = /^\[[^\]]*\]=/.exec(word.text)?.[0];
  if (key === undefined) return word;
  const text = word.text.slice(key.length);
  return { type: "Word", pos: word.pos, end: word.end, text, value: (word.value ?? word.text).slice(key.length) };
}

/** Puts a word in quotes, because the shell does not split an assigned value into fields. */
export function quoted(word: ShellWord): ShellWord {
  if (word.parts === undefined) return word;
  return { ...word, parts: [{ type: "DoubleQuoted", pos: word.pos, end: word.end, parts: word.parts }] };
}
