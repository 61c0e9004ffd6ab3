import { posix } from "node:path";
import { inSource, wrappedCommand } from "../shell/started-program.js";
import type { SourceView } from "../source-view.js";
import { afterOptions, files } from "./arguments.js";
import { ofPackageScript, scriptsNamed } from "./package-scripts.js";
import { monorepoTools, ofMonorepoTool } from "./monorepo-tools.js";
import { ofMake } from "./makefile.js";
import { codeFile, type Entry } from "./entry.js";
import {
  isPytest,
  isPython,
  makes,
  packageManagers,
  packageRunners,
  commandGroups,
  pythonTools,
  scriptGroups,
  scriptRunners,
  shells,
  testRunners,
} from "./names.js";
import { ofBehave, ofPytest, ofPython, pytestFile } from "./python-runners.js";
import { ofNox } from "./nox.js";
import { ofTox } from "./tox.js";
import { ofScriptRunner } from "./script-runners.js";
import { ofTestRunner } from "./test-runners.js";

/** The code that a program runs. @returns undefined for a program whose code cannot be read */
export function entriesOf(
  view: SourceView,
  started: { name: string; args: readonly (string | undefined)[]; folder: string },
): Entry[] | undefined {
  const name = started.name.slice(started.name.lastIndexOf("/") + 1);
  const { folder } = started;
  // An unknown argument becomes empty, so the options after it still count.
  const args = started.args.map((arg) => arg ?? "");
  if (shells.has(name)) return ofShell(view, started.args, folder);
  if (makes.has(name)) return ofMake(view, args, folder);
  if (isPython(name)) return ofPython(view, args, folder);
  if (isPytest(name)) return ofPytest(view, args, folder);
  if (name === "behave") return ofBehave(view, args, folder);
  if (name === "tox") return ofTox(view, args, folder);
  if (name === "nox") return ofNox(view, args, folder);
  if (pythonTools.has(name)) {
    const rest = afterOptions(args.slice(args[0] === "run" ? 1 : 0));
    if (name === "coverage") return ofPython(view, rest[0] === "-m" ? rest : args.slice(1), folder);
    const [next, ...others] = rest;
    return next === undefined ? undefined : [{ language: "program", name: next, args: others, folder }];
  }
  if (name === "run-parts")
    return afterOptions(args)
      .slice(0, 1)
      .flatMap((own) => view.expand(inSource(folder, `${own}/*`)))
      .flatMap((file) => ofFile(view, file, [], "") ?? []);
  if (name === "bats") return ofBats(view, args, folder);
  if (packageRunners.has(name) || (packageManagers.has(name) && /^(?:exec|dlx|x)$/.test(args[0] ?? ""))) {
    const [next, ...rest] = afterOptions(packageRunners.has(name) ? args : args.slice(1));
    // `vitest@latest` is vitest.
    const plain = next?.replace(/(?<=.)@[^/]*$/, "");
    return plain === undefined ? undefined : [{ language: "program", name: plain, args: rest, folder }];
  }
  if (packageManagers.has(name) || (name === "bun" && args[0] === "run"))
    return ofPackageScript(view, name, args, folder);
  if (monorepoTools.has(name)) return ofMonorepoTool(view, name, args);
  const tools = ofPackageTool(view, name, args, folder);
  if (tools !== undefined) return tools;
  if (testRunners.has(name)) return ofTestRunner(view, name, args, folder);
  if (scriptRunners.has(name)) return ofScriptRunner(view, name, args, folder);
  return ofFile(view, started.name, started.args, folder);
}

function ofBats(view: SourceView, args: readonly string[], folder: string): Entry[] {
  const named: string[] = [];
  let tests: RegExp | undefined;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!;
    if (arg === "-f" || arg === "--filter") tests = expressionOf(args[++index] ?? "");
    else if (["-j", "--jobs", "-F", "--formatter", "-o", "--output", "--filter-tags"].includes(arg)) index++;
    else if (!arg.startsWith("-")) named.push(arg);
  }
  const own = files(view, named, folder, /\.bats$/);
  // The functions of setup_suite.bash run once before and after all files of its folder.
  const suites = new Set(own.map((file) => inSource(posix.dirname(file), "setup_suite.bash")));
  return [...[...suites].filter((file) => view.isFile(file)), ...own].map((file) => ({
    language: "shell",
    file,
    ...(tests && { tests }),
  }));
}

function expressionOf(text: string): RegExp | undefined {
  try {
    // POSIX classes mean something else in JavaScript, and nested repetitions can take forever.
    const isUnderstood = text.length < 200 && !text.includes("[[:") && !/[+*}]\)[+*{]/.test(text);
    return isUnderstood ? new RegExp(text) : undefined;
  } catch {
    return undefined;
  }
}

/** Tools that run scripts of package.json or commands. */
function ofPackageTool(view: SourceView, name: string, args: readonly string[], folder: string): Entry[] | undefined {
  const named = args.filter((arg) => !arg.startsWith("-"));
  if (scriptGroups.has(name))
    return named
      .flatMap((script) => scriptsNamed(view, script, folder))
      .map((script) => ({ language: "program", name: "npm", args: ["run", script], folder }));
  if (commandGroups.has(name))
    return named.flatMap((text): Entry[] => {
      const [, script] = /^npm:(.+)$/.exec(text) ?? [];
      const own = script ?? (/^[\w:-]+$/.test(text) ? text : undefined);
      return own === undefined
        ? [{ language: "command", text, folder, file: "the command" }]
        : scriptsNamed(view, own, folder).map((each) => ({
            language: "program",
            name: "npm",
            args: ["run", each],
            folder,
          }));
    });
  if (name === "node" && args[0] === "--run" && args[1] !== undefined)
    return [{ language: "program", name: "npm", args: ["run", args[1]], folder }];
  const [wrapped] = wrappedCommand(name, [...args]) ?? [];
  const [next, ...rest] = (wrapped ?? []).filter((arg, index) => index > 0 || arg !== "--");
  return next === undefined
    ? undefined
    : [{ language: "program", name: next, args: rest.map((arg) => arg ?? ""), folder }];
}

/** A file that is started by its path, such as `./run.sh`. */
function ofFile(
  view: SourceView,
  path: string,
  args: readonly (string | undefined)[],
  folder: string,
): Entry[] | undefined {
  if (!path.includes("/")) return undefined;
  const file = inSource(folder, path);
  const text = view.read(file);
  if (text === null) return undefined;
  const [first = ""] = text.split("\n", 1);
  if (/^#!.*\bpython/.test(first) || file.endsWith(".py")) return [{ language: "python", file, mode: "script" }];
  if (/^#!.*\b(node|tsx|deno|bun|ts-node)\b/.test(first) || codeFile.test(file))
    return [{ language: "typescript", file }];
  if (
    /^#!.*\bbats\b/.test(first) ||
    /^#!.*sh\b/.test(first) ||
    /\.(sh|bash|bats)$/.test(file) ||
    !first.startsWith("#!")
  )
    return isText(text) ? [{ language: "shell", file, args }] : undefined;
  return undefined;
}

function isText(text: string): boolean {
  return !text.slice(0, 1_000).includes("\0");
}

/** The files that `code:` names: files, folders and patterns. */
export function entriesOfCode(
  view: SourceView,
  code: readonly string[],
  path: string,
): { entries: Entry[]; missing: string[] } {
  const entries: Entry[] = [];
  const missing: string[] = [];
  for (const name of code) {
    const own = inSource(path, name);
    const found = view.isFolder(own)
      ? view.within(own).filter((file) => codeFile.test(file) || /\.(py|sh|bash|bats)$/.test(file))
      : view.expand(own);
    if (found.length === 0) missing.push(name);
    for (const file of found) {
      if (file.endsWith(".py"))
        entries.push(
          pytestFile.test(file)
            ? { language: "python", file, mode: "tests" }
            : { language: "python", file, mode: "script" },
        );
      else if (codeFile.test(file)) entries.push({ language: "typescript", file });
      else entries.push({ language: "shell", file });
    }
  }
  return { entries, missing };
}

function ofShell(view: SourceView, args: readonly (string | undefined)[], folder: string): Entry[] | undefined {
  const command = args.findIndex((arg) => /^-[a-z]*c[a-z]*$/.test(arg ?? ""));
  const text = command < 0 ? undefined : args[command + 1];
  if (text !== undefined) return [{ language: "command", text, folder, file: "the command" }];
  // `-o pipefail`, `-euo pipefail`, `--rcfile x`
  const isValue = (index: number) =>
    index > 0 && /^(?:[-+][a-zA-Z]*[oO]|--rcfile|--init-file)$/.test(args[index - 1] ?? "");
  const at = args.findIndex((arg, index) => arg === undefined || (!/^[-+]/.test(arg) && !isValue(index)));
  const name = args[at];
  if (name === undefined) return undefined;
  const file = inSource(folder, name);
  return view.isFile(file) ? [{ language: "shell", file, args: args.slice(at + 1) }] : undefined;
}
