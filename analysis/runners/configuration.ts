import { posix } from "node:path";
import { inSource } from "../shell/started-program.js";
import type { SourceView } from "../source-view.js";

const longestConfiguration = 50_000;
/** Limits on the files that a configuration imports: their depth and their number. */
const deepest = 3;
const mostTakenOver = 20;

/**
 * The text of a configuration file, up to a limit; empty if the folder does not have the file. The text of source files that
 * it imports follows: `mergeConfig(base, …)`, `...require("./base.js")`, `preset: "./base"`.
 */
export function configurationText(view: SourceView, folder: string, name: string): string {
  const known = new Set<string>();
  const read = (file: string, depth: number): string => {
    if (known.has(file) || known.size > mostTakenOver) return "";
    known.add(file);
    const text = (view.read(file) ?? "").slice(0, longestConfiguration);
    if (depth >= deepest || !/\.[cm]?[jt]s$/.test(file)) return text;
    const taken = [...text.matchAll(/(?:\bfrom|\brequire\(|\bimport\(|\bpreset\s*:)\s*["'](\.{1,2}\/[^"'\n]+)["']/g)];
    const others = taken.flatMap(([, path]) => fileAt(view, posix.join(posix.dirname(file), path!)) ?? []);
    return [text, ...others.map((each) => read(each, depth + 1))].join("\n").slice(0, longestConfiguration);
  };
  return read(inSource(folder, name), 0);
}

function fileAt(view: SourceView, path: string): string | undefined {
  const ends = ["ts", "mts", "js", "mjs", "cjs", "json"];
  const names = [path, ...[path, `${path}/jest-preset`].flatMap((each) => ends.map((end) => `${each}.${end}`))];
  return names.find((each) => view.isFile(each));
}
