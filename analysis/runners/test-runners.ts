import { selectByPattern } from "../selection.js";
import { inSource } from "../shell/started-program.js";
import type { SourceView } from "../source-view.js";
import { afterOptions, escapeText, files, matchesText, splitOnce } from "./arguments.js";
import { codeFile, type Entry } from "./entry.js";
import { dependenciesOf } from "./playwright.js";
import { type Configuration, projectsOf } from "./projects.js";
import { namedIn, testsOf } from "./test-files.js";

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
    "--extension",
    "--ext",
    "--ui",
    "-u",
    "--reporter-option",
    "--reporter-options",
    "-O",
    "--slow",
    "-s",
    "--jobs",
    "-j",
    "--shard",
    "--retries",
    "--workers",
  ]);
  const named: string[] = [];
  const patterns: string[] = [];
  const preloaded: string[] = [];
  const excluded: string[] = [];
  const selected: string[] = [];
  let config: string | undefined;
  let isInverted = false;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!;
    const [flag, inline] = arg.startsWith("--") ? splitOnce(arg) : [arg, undefined];
    const value = () => inline ?? args[++index] ?? "";
    if (["-t", "--testNamePattern", "-g", "--grep"].includes(flag)) patterns.push(value());
    else if (["-f", "--fgrep", "-m", "--match"].includes(flag))
      patterns.push(escapeText(value()).replaceAll("\\*", ".*"));
    else if (flag === "--grep-invert") value();
    else if (flag === "--invert" || (flag === "-i" && name === "mocha")) isInverted = true;
    else if (flag === "--file" && name === "mocha") preloaded.push(value());
    else if (flag === "--spec" && name === "cypress") named.push(...value().split(","));
    else if (["--testPathPattern", "--testPathPatterns"].includes(flag)) named.push(value());
    else if (["-r", "--require", "--import"].includes(flag)) preloaded.push(value());
    else if (flag === "-c" || flag === "--config") config = value();
    else if (["--testPathIgnorePatterns", "--exclude", "--ignore"].includes(flag)) excluded.push(value());
    else if (["--root", "--rootDir", "--dir"].includes(flag)) folder = inSource(folder, value());
    else if (flag === "--selectProjects" || (flag === "--project" && name !== "mocha")) {
      selected.push(value());
      while (flag === "--selectProjects" && /^[^-]/.test(args[index + 1] ?? "-")) selected.push(args[++index]!);
    } else if (takesValue.has(flag)) value();
    else if (
      !arg.startsWith("-") &&
      !(index === 0 && ["run", "test", "watch", "related", "bench", "exec", "open"].includes(arg))
    )
      named.push(/^(?:playwright|vitest)$/.test(name) ? arg.replace(/(?::\d+){1,2}$/, "") : arg);
  }
  // Tags of playwright are not part of the titles.
  if (name === "playwright" && patterns.some((pattern) => pattern.includes("@"))) patterns.length = 0;
  const selection =
    patterns.length === 0 ? undefined : isInverted ? selectByPattern([], patterns) : selectByPattern(patterns);
  const isExcluded = (file: string) =>
    excluded.some((pattern) => matchesText(pattern, file) || view.expand(pattern).includes(file));
  const isBrowserProject = name === "playwright" || name === "cypress";
  const projects = projectsOf(
    view,
    configsOf(name, config),
    folder,
    isBrowserProject ? [] : selected,
    name === "playwright",
  );
  const testsOfProjects = projects.map((project) => {
    const isOwn = testsOf(name, project, args.includes("--recursive"));
    const prefix = project.folder === "" || project.folder === "." ? "" : `${project.folder}/`;
    return (file: string) => file.startsWith(prefix) && isOwn(file);
  });
  const isTest = (file: string) => testsOfProjects.some((isOwn) => isOwn(file));
  const all = view.within(folder).filter((file) => isTest(file) && !isExcluded(file));
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
          if (view.isFolder(own)) return view.within(own).filter(isTest);
          const chosen = all.filter((file) => file.includes(part.replace(/^\.\//, "")) || matchesText(part, file));
          // The tests may be built first.
          return chosen.length > 0 ? chosen : files(view, [part], folder, codeFile).filter(isTest);
        }),
      ),
    ];
  const codeOf = (names: readonly string[], own: string) =>
    names.flatMap((each) => files(view, [each], own, codeFile)).filter((file) => codeFile.test(file));
  const ofProjects = (keys: string) =>
    projects.flatMap((project) => codeOf(namedIn(project.configurations, keys), project.folder));
  const support =
    name === "cypress" ? view.expand(inSource(folder, "cypress/support/{e2e,component}.{js,ts,jsx,tsx}")) : [];
  const setup = [
    ...support,
    ...codeOf(preloaded, folder),
    ...ofProjects("setupFiles|setupFilesAfterEnv|require|file|spec"),
  ];
  const dependencies =
    name === "playwright" ? dependenciesOf(projects, testsOfProjects, chosen, view.within(folder)) : [];
  const servers = name === "playwright" ? projects.flatMap(({ configurations }) => serversIn(configurations)) : [];
  return [
    ...servers.map((text): Entry => ({ language: "command", text, folder, file: "playwright.config" })),
    ...[...new Set(setup)].map((file): Entry => ({ language: "typescript", file, exported: rootHooks })),
    ...[
      ...ofProjects("globalSetup|globalTeardown"),
      ...ofProjects("testEnvironment|environment|reporters?"),
      ...codeOf(environmentsOf(view, chosen), folder),
    ].map((file): Entry => ({
      language: "typescript",
      file,
      exported: globalHooks,
    })),
    ...dependencies.map((file): Entry => ({ language: "typescript", file })),
    ...chosen.filter((file) => !isExcluded(file)).map((file): Entry => ({ language: "typescript", file, selection })),
  ];
}

/** The test environments that the comments of test files name. */
function environmentsOf(view: SourceView, tests: readonly string[]): string[] {
  return tests.flatMap((file) => {
    const [, name] = /@(?:jest|vitest)-environment\s+(\.\S+)/.exec((view.read(file) ?? "").slice(0, 1_000)) ?? [];
    return name ?? [];
  });
}

/** The exports that mocha calls in a file that it requires. */
const rootHooks = ["mochaHooks", "mochaGlobalSetup", "mochaGlobalTeardown"];

/** The exports that a runner calls in a file for `globalSetup`. */
const globalHooks = ["default", "setup", "teardown", "mochaGlobalSetup", "mochaGlobalTeardown"];

/** The commands of `webServer` in a configuration of playwright. */
function serversIn(configurations: readonly Configuration[]): string[] {
  return configurations.flatMap(({ text }) =>
    /\bwebServer\b/.test(text)
      ? [...text.matchAll(/\bcommand\s*:\s*["'`]([^"'`]+)["'`]/g)].map(([, command]) => command!)
      : [],
  );
}

const ends = (stem: string, ...all: string[]) => all.map((end) => `${stem}.${end}`);
const configFiles: Readonly<Record<string, readonly string[]>> = {
  jest: [...ends("jest.config", "js", "mjs", "cjs", "ts", "json"), "package.json"],
  vitest: [...ends("vitest.config", "ts", "js", "mts", "mjs"), ...ends("vite.config", "ts", "js", "mts", "mjs")],
  mocha: [...ends(".mocharc", "json", "js", "cjs", "yml", "yaml"), "package.json"],
  playwright: ends("playwright.config", "ts", "js", "mts"),
};

function configsOf(name: string, config: string | undefined): readonly string[] {
  return config === undefined ? (configFiles[name] ?? []) : [config];
}
