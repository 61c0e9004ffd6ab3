import { selectByPattern } from "../selection.js";
import { inSource } from "../shell/started-program.js";
import type { SourceView } from "../source-view.js";
import { afterOptions, escapeText, files, matchesText, splitOnce } from "./arguments.js";
import { codeFile, type Entry } from "./entry.js";

export function ofTestRunner(
  view: SourceView,
  name: string,
  args: readonly string[],
  folder: string,
): Entry[] | undefined {
  if (name === "c8" || name === "nyc") {
    const [next, ...rest] = afterOptions(args);
    return next === undefined ? undefined : [{ language: "program", name: next, args: rest, folder }];
  }
  const takesValue = new Set([
    "-c",
    "--config",
    "-t",
    "--testNamePattern",
    "--test-name-pattern",
    "-g",
    "--grep",
    "-f",
    "--fgrep",
    "-r",
    "--require",
    "--import",
    "--reporter",
    "-R",
    "--project",
    "--root",
    "--dir",
    "--timeout",
    "--maxWorkers",
    "-w",
    "--env",
    "--environment",
    "--pool",
    "--outputFile",
    "--selectProjects",
    "--testPathPattern",
    "--testPathPatterns",
    "-m",
    "--match",
    "--spec",
    "--rootDir",
    "--coveragePathIgnorePatterns",
    "--coverageDirectory",
    "--shard",
    "--retries",
    "--workers",
  ]);
  const named: string[] = [];
  const patterns: string[] = [];
  const preloaded: string[] = [];
  const excluded: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!;
    const [flag, inline] = arg.startsWith("--") ? splitOnce(arg) : [arg, undefined];
    const value = () => inline ?? args[++index] ?? "";
    if (["-t", "--testNamePattern", "-g", "--grep"].includes(flag)) patterns.push(value());
    else if (["-f", "--fgrep", "-m", "--match"].includes(flag))
      patterns.push(escapeText(value()).replaceAll("\\*", ".*"));
    else if (["--testPathPattern", "--testPathPatterns"].includes(flag)) named.push(value());
    else if (["-r", "--require", "--import"].includes(flag)) preloaded.push(value());
    else if (["--testPathIgnorePatterns", "--exclude", "--ignore"].includes(flag)) excluded.push(value());
    else if (["--root", "--rootDir", "--dir"].includes(flag)) folder = inSource(folder, value());
    else if (takesValue.has(flag)) value();
    else if (
      !arg.startsWith("-") &&
      !(index === 0 && ["run", "test", "watch", "related", "bench", "exec", "open"].includes(arg))
    )
      named.push(arg);
  }
  const selection = patterns.length === 0 ? undefined : selectByPattern(patterns);
  const isExcluded = (file: string) =>
    excluded.some((pattern) => matchesText(pattern, file) || view.expand(pattern).includes(file));
  const all = view.within(folder).filter((file) => isTestOf(name, file) && !isExcluded(file));
  let chosen: string[];
  if (named.length === 0) chosen = all;
  else if (name === "mocha" || name === "ava" || name === "tap" || name === "jasmine" || name === "uvu")
    chosen = files(view, named, folder, codeFile);
  else
    chosen = [
      ...new Set(
        named.flatMap((part) => {
          const exact = view.expand(inSource(folder, part)).filter((file) => codeFile.test(file));
          if (exact.length > 0) return exact;
          const own = inSource(folder, part);
          if (view.isFolder(own)) return view.within(own).filter((file) => isTestOf(name, file));
          return all.filter((file) => file.includes(part.replace(/^\.\//, "")) || matchesText(part, file));
        }),
      ),
    ];
  const codeOf = (names: readonly string[]) =>
    names.flatMap((each) => view.expand(inSource(folder, each))).filter((file) => codeFile.test(file));
  const setup = namedIn(view, name, folder, "setupFiles|setupFilesAfterEnv|require|file|spec");
  const global = namedIn(view, name, folder, "globalSetup|globalTeardown");
  return [
    ...codeOf([...preloaded, ...setup]).map((file): Entry => ({ language: "typescript", file })),
    ...codeOf(global).map((file): Entry => ({ language: "typescript", file, exported: globalHooks })),
    ...chosen.filter((file) => !isExcluded(file)).map((file): Entry => ({ language: "typescript", file, selection })),
  ];
}

/** What a file for `globalSetup` exports. */
const globalHooks = ["default", "setup", "teardown", "mochaGlobalSetup", "mochaGlobalTeardown"];

/** Files that a runner's configuration has run around tests: named there as texts. @param keys alternatives */
function namedIn(view: SourceView, name: string, folder: string, keys: string): string[] {
  const names =
    name === "jest"
      ? ["jest.config.js", "jest.config.mjs", "jest.config.cjs", "jest.config.ts", "jest.config.json", "package.json"]
      : name === "vitest"
        ? ["vitest.config.ts", "vitest.config.js", "vitest.config.mts", "vite.config.ts", "vite.config.js"]
        : name === "mocha"
          ? [".mocharc.json", ".mocharc.js", ".mocharc.cjs", ".mocharc.yml", ".mocharc.yaml"]
          : name === "playwright"
            ? ["playwright.config.ts", "playwright.config.js", "playwright.config.mts"]
            : [];
  return names.flatMap((each) => {
    const text = view.read(inSource(folder, each)) ?? "";
    const named = new RegExp(`["']?\\b(?:${keys})["']?\\s*:\\s*(\\[[^\\]]*\\]|["'][^"']+["'])`, "g");
    const lists = [...text.matchAll(named)].map(([, list]) => list!);
    return lists.flatMap((list) =>
      [...list.matchAll(/["']([^"']+)["']/g)].map(([, path]) => path!.replace("<rootDir>/", "")),
    );
  });
}

function isTestOf(name: string, file: string): boolean {
  if (!codeFile.test(file) || /\.d\.[cm]?ts$/.test(file)) return false;
  if (name === "mocha") return /^(.*\/)?test\/[^/]+\.[cm]?[jt]s$/.test(file) || /\.(test|spec)\./.test(file);
  if (name === "playwright" || name === "vitest" || name === "cypress")
    return /\.(test|spec|cy)\.[cm]?[jt]sx?$/.test(file);
  return (
    /\.(test|spec)\.[cm]?[jt]sx?$/.test(file) ||
    /(^|\/)__tests__\//.test(file) ||
    ((name === "tap" || name === "ava" || name === "uvu") && /(^|\/)tests?\//.test(file))
  );
}
