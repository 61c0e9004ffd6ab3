import { posix } from "node:path";
import type { SourceView } from "../source-view.js";
import type { Entry } from "./entry.js";

/** The examples in the docstrings of a module. doctest runs them with the names of the module. */
export function ofDoctests(view: SourceView, file: string): Entry[] {
  const lines = (view.read(file) ?? "").split("\n").flatMap((line) => /^\s*(?:>>>|\.\.\.) (.*)$/.exec(line)?.[1] ?? []);
  if (lines.length === 0) return [];
  const module = posix.basename(file, ".py");
  const isModule = file.endsWith(".py") && module !== "__init__";
  const text = [...(isModule ? [`from ${module} import *`] : []), ...lines].join("\n");
  const examples = view.addInline(posix.dirname(file), `the examples of ${module}`, "py", `${text}\n`);
  return [{ language: "python", file: examples, mode: "script" }];
}
