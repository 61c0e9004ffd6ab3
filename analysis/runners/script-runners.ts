import { selectByPattern } from "../selection.js";
import { inSource } from "../shell/started-program.js";
import type { SourceView } from "../source-view.js";
import { files, splitOnce } from "./arguments.js";
import { codeFile, type Entry } from "./entry.js";

/** Options of node, bun, deno and tsx that are followed by a value. */
const takesValue = new Set([
  "--test-reporter",
  "--test-reporter-destination",
  "--test-concurrency",
  "--test-timeout",
  "--conditions",
  "-C",
  "--env-file",
  "--max-old-space-size",
  "--input-type",
  "--title",
  "--cwd",
  "-P",
  "--project",
  "--tsconfig",
  "--test-shard",
]);

export function ofScriptRunner(
  view: SourceView,
  name: string,
  args: readonly string[],
  folder: string,
): Entry[] | undefined {
  const named: string[] = [];
  const patterns: string[] = [];
  const skipped: string[] = [];
  let code: string | undefined;
  const preloaded: string[] = [];
  let isTest = name === "bun" && args[0] === "test";
  let rest = (name === "bun" || name === "deno") && ["test", "run"].includes(args[0] ?? "") ? args.slice(1) : args;
  if (name === "deno" && args[0] === "test") isTest = true;
  if (name === "tsx" && (args[0] === "watch" || args[0] === "--test")) isTest = args[0] === "--test";
  if (name === "tsx" && args[0] === "watch") rest = args.slice(1);
  for (let index = 0; index < rest.length; index++) {
    const arg = rest[index]!;
    const [flag, inline] = arg.startsWith("--") ? splitOnce(arg) : [arg, undefined];
    const value = () => inline ?? rest[++index] ?? "";
    if (flag === "--test") isTest = true;
    else if (["--test-name-pattern", "-t", "--filter"].includes(flag)) patterns.push(value());
    else if (flag === "--test-skip-pattern") skipped.push(value());
    else if (["-r", "--require", "--import", "--loader", "--experimental-loader", "--preload"].includes(flag))
      preloaded.push(value());
    else if (["-e", "--eval", "-p", "--print", "-pe"].includes(flag)) code = value();
    else if (takesValue.has(flag)) value();
    else if (arg === "--") {
      named.push(...rest.slice(index + 1));
      break;
    } else if (!arg.startsWith("-")) {
      named.push(arg);
      // The other words are arguments of the script.
      if (!isTest) break;
    }
  }
  const selection = patterns.length + skipped.length === 0 ? undefined : selectByPattern(patterns, skipped);
  const before = preloaded
    .filter((each) => each.startsWith("."))
    .flatMap((each) => files(view, [each], folder, codeFile));
  if (code !== undefined && code !== "")
    return [...before, view.addInline(folder, "the command", name === "deno" ? "ts" : "js", code)].map((file) => ({
      language: "typescript",
      file,
    }));
  // `node node_modules/jest/bin/jest.js` runs jest.
  const tool =
    /node_modules\/(?:\.bin\/)?(jest|vitest|mocha|ava|tap|playwright|@playwright\/test|c8|nyc|tsx)(?:\/|$)/.exec(
      named[0] ?? "",
    )?.[1];
  if (tool !== undefined && !isTest)
    return [
      {
        language: "program",
        name: tool.replace("@playwright/test", "playwright"),
        args: rest.slice(rest.indexOf(named[0]!) + 1),
        folder,
      },
    ];
  let chosen: string[];
  if (isTest && named.length === 0) chosen = view.within(folder).filter((file) => isNodeTest(file));
  else if (isTest)
    chosen = named.flatMap((each) => {
      if (view.isFolder(inSource(folder, each)))
        return view.within(inSource(folder, each)).filter((file) => isNodeTest(file) || codeFile.test(file));
      const found = files(view, [each], folder, codeFile);
      const tests = codeFile.test(each) ? [] : found.filter((file) => isNodeTest(file));
      return tests.length > 0 ? tests : found;
    });
  else chosen = files(view, named.slice(0, 1), folder, codeFile);
  const all = [...before, ...chosen];
  if (all.length === 0) return undefined;
  return [
    ...before.map((file): Entry => ({ language: "typescript", file })),
    ...chosen.map((file): Entry => ({ language: "typescript", file, selection })),
  ];
}

/** Whether `node --test` runs a file if the command names none. */
function isNodeTest(file: string): boolean {
  if (!/\.[cm]?[jt]sx?$/.test(file) || /\.d\.[cm]?ts$/.test(file)) return false;
  const base = file.slice(file.lastIndexOf("/") + 1).replace(/\.[cm]?[jt]sx?$/, "");
  return /(^|\/)test\//.test(file) || /^test(-.+)?$/.test(base) || /[._-]test$/.test(base);
}
