import { dirname, join } from "node:path";
import type { Cell, Value } from "./values.js";

/** The root of the source in paths that code computes. The real folder is not known before the test runs. */
const sourceRoot = "/@source";
const mostCombinations = 64;

/** A text about which nothing is known. */
export const unknownText: Value = { kind: "external", path: "text" };

/** The absolute path of a file, as the code of the source sees it. @param file relative to the source */
export function absoluteInSource(file: string): string {
  return join(sourceRoot, file);
}

/** Reverses `absoluteInSource`; undefined for paths outside the source. */
export function pathInSource(path: string): string | undefined {
  const plain = path.replace(/^file:\/\//, "");
  if (plain === sourceRoot) return ".";
  return plain.startsWith(`${sourceRoot}/`) ? plain.slice(sourceRoot.length + 1) : undefined;
}

/** Functions on paths, by the name that they have in several languages. */
export const pathFunctions: Readonly<Record<string, (parts: readonly string[]) => string>> = {
  join: (parts) => join(...parts),
  resolve: (parts) => parts.reduce((before, part) => (part.startsWith("/") ? part : join(before, part)), sourceRoot),
  dirname: ([path = ""]) => dirname(path),
  normalize: ([path = ""]) => join(path),
};

/**
 * Adds all results of a function for the texts that its arguments can be.
 * @param otherwise is added if an argument can be something other than a text
 */
export function combineTexts(
  args: readonly Cell[],
  combine: (texts: readonly string[]) => string | undefined,
  result: Cell,
  otherwise?: Value,
): void {
  const again = () => {
    let all: string[][] = [[]];
    for (const arg of args) {
      const { texts } = arg.texts();
      all = all.flatMap((before) => texts.map((text) => [...before, text])).slice(0, mostCombinations);
    }
    for (const texts of all) {
      const text = combine(texts);
      if (text !== undefined) result.add({ kind: "text", text });
    }
  };
  if (args.length === 0) again();
  for (const arg of args)
    arg.each((value) => {
      if (value.kind === "text") again();
      else if (otherwise !== undefined) result.add(otherwise);
    });
}

/** A part of a URL; undefined for other texts, and for parts that are not known here. */
export function partOfUrl(text: string, name: string): string | undefined {
  if (!/^[a-z]+:\/\//.test(text)) return undefined;
  if (name === "href") return text;
  return name === "pathname" ? text.replace(/^[a-z]+:\/\/[^/]*/, "") : undefined;
}
