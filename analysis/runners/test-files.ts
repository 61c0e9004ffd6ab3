import { matchFiles } from "../../domain/results/glob.js";
import { inSource } from "../shell/started-program.js";
import { matchesText } from "./arguments.js";
import { codeFile } from "./entry.js";
import { expressionsIn } from "./playwright.js";
import type { Configuration, RunnerProject } from "./projects.js";

/** The texts that a runner's configuration has for some keys. @param keys alternatives of a regular expression */
export function namedIn(configurations: readonly Configuration[], keys: string): string[] {
  return configurations.flatMap(({ file, text }) => {
    const named = new RegExp(
      `["']?\\b(?:${keys})["']?\\s*:\\s*(?:require\\.resolve\\()?(\\[(?:"[^"]*"|'[^']*'|\\x60[^\\x60]*\\x60|[^\\]"'\\x60])*\\]|["'\\x60][^"'\\x60]+["'\\x60])`,
      "g",
    );
    // A YAML list has one line per item.
    const lines = [...text.matchAll(new RegExp(`^(?:${keys}):[ \\t]*(\\S[^\\n]*)?((?:\\n[ \\t]*- [^\\n]*)*)`, "gm"))];
    const ofYaml = /\.ya?ml$/.test(file)
      ? lines.flatMap(([, one, list]) => [
          ...(one === undefined ? [] : [one]),
          ...(list ?? "").split(/\n[ \t]*- /).slice(1),
        ])
      : [];
    const quotes = [...text.matchAll(named)].flatMap(([, list]) =>
      [...list!.matchAll(/["'`]([^"'`]+)["'`]/g)].map(([, path]) => path!),
    );
    return [...quotes, ...ofYaml.map((path) => path.replaceAll(/^["']|["']$/g, ""))].map((path) =>
      path.replace(/^<rootDir>\//, "").replace(/^\.\//, ""),
    );
  });
}

/** A pattern of micromatch without its lists in parentheses: `?(*.)+(spec|test).js` is `{,*.}{spec,test}.js`. */
function plainGlob(glob: string): string {
  let plain = glob;
  for (let turn = 0; turn < 20 && /[?+@*!]\([^()]*\)/.test(plain); turn++)
    plain = plain.replace(/([?+@*!])\(([^()]*)\)/, (_all, kind: string, list: string) => {
      if (kind === "!") return "*";
      return `{${kind === "?" || kind === "*" ? "," : ""}${list.replaceAll("|", ",")}}`;
    });
  return plain;
}

/** Tells whether a file is a test of a runner, by its configuration or else by the runner's defaults. */
export function testsOf(
  name: string,
  { folder, configurations }: RunnerProject,
  isRecursive = false,
): (file: string) => boolean {
  // A setting of a project wins over that of the whole configuration, which comes later.
  const texts = (keys: string) => namedIn(configurations, keys);
  const chosen = configurations.find(({ text }) => /\btestMatch\b/.test(text));
  const globs =
    name === "playwright"
      ? namedIn(chosen === undefined ? [] : [chosen], "testMatch")
      : name === "jest"
        ? texts("testMatch")
        : name === "vitest"
          ? texts("include")
          : name === "mocha"
            ? texts("spec")
            : [];
  const expressions =
    name === "jest" ? texts("testRegex") : name === "playwright" ? expressionsIn(chosen?.text ?? "") : [];
  const [root] = name === "playwright" ? texts("testDir") : [];
  const roots = name === "jest" ? texts("roots") : root === undefined ? [] : [root];
  const ignored = name === "jest" ? texts("testPathIgnorePatterns") : [];
  const left = name === "vitest" ? matchFiles(texts("exclude")) : undefined;
  const isInside = (file: string) =>
    !ignored.some((pattern) => matchesText(pattern.replaceAll("\\\\", "\\"), `/${file}`)) &&
    left?.isWanted(file) !== true &&
    isInRoots(file);
  const isInRoots = (file: string) =>
    roots.length === 0 ||
    roots
      .map((each) => inSource(folder, each).replace(/\/$/, ""))
      .some((each) => each === "." || file.startsWith(`${each}/`));
  if (globs.length > 0 && expressions.length === 0) {
    const matcher = matchFiles(
      globs.map(plainGlob).map((glob) => (glob.startsWith("**") ? glob : inSource(folder, glob))),
    );
    return (file) => codeFile.test(file) && isInside(file) && matcher.isWanted(file);
  }
  if (expressions.length > 0)
    return (file) =>
      codeFile.test(file) &&
      isInside(file) &&
      expressions.some((text) => matchesText(text.replaceAll("\\\\", "\\"), file));
  const isDeep = isRecursive || /\brecursive["']?\s*:\s*true/.test(configurations[0]?.text ?? "");
  return (file) => isTestOf(name, file, isDeep) && isInside(file);
}

function isTestOf(name: string, file: string, isDeep: boolean): boolean {
  if (!codeFile.test(file) || /\.d\.[cm]?ts$/.test(file)) return false;
  if (name === "mocha" && isDeep && /(^|\/)test\//.test(file)) return true;
  if (name === "mocha") return /^(.*\/)?test\/[^/]+\.[cm]?[jt]s$/.test(file) || /\.(test|spec)\./.test(file);
  if (name === "playwright" || name === "vitest" || name === "cypress")
    return /\.(test|spec|cy)\.[cm]?[jt]sx?$/.test(file);
  return (
    /\.(test|spec)\.[cm]?[jt]sx?$/.test(file) ||
    /(^|\/)__tests__\//.test(file) ||
    ((name === "tap" || name === "ava" || name === "uvu") && /(^|\/)tests?\//.test(file))
  );
}
