import type { SourceView } from "../source-view.js";
import { configurationText } from "./configuration.js";
import type { Entry } from "./entry.js";

/** The commands in tox.ini of the environments that a command line names, or else of those in `env_list`. */
export function ofTox(view: SourceView, args: readonly string[], folder: string): Entry[] | undefined {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const text = configurationText(view, folder, "tox.ini");
  const sections = new Map(
    text.split(/^(?=\[)/m).flatMap((section) => {
      const [, name] = /^\[([^\]\n]+)\]/.exec(section) ?? [];
      return name === undefined ? [] : [[name, commandsIn(section)] as const];
    }),
  );
  const all = [...sections.keys()].filter((name) => name.startsWith("testenv:"));
  const listed = /^env_?list[ \t]*=[ \t]*(.*(?:\n[ \t]+\S.*)*)/m.exec(text)?.[1]?.split(/[\s,]+/) ?? [];
  const wanted = named(args.slice(0, end)) ?? listed.filter((name) => name !== "");
  // Braces stand for several names. All environments count then.
  const isEach = wanted.length === 0 || wanted.some((name) => /[{}]/.test(name));
  const own = isEach ? all : all.filter((name) => name.includes("{") || wanted.includes(name.slice("testenv:".length)));
  // An environment without commands of its own has those of [testenv].
  const isBaseUsed = isEach || wanted.some((name) => (sections.get(`testenv:${name}`)?.length ?? 0) === 0);
  const chosen = [...(isBaseUsed ? ["testenv"] : []), ...own];
  const lines = chosen.flatMap((name) => (sections.get(name) ?? []).flatMap((line) => referredLines(line, sections)));
  const factors = isEach ? undefined : new Set(wanted.flatMap((name) => name.split("-")));
  const commands = lines.flatMap((line) => plain(line, factors, args.slice(end + 1)));
  if (commands.length === 0) return undefined;
  return commands.map((each) => ({ language: "command", text: each, folder, file: "tox.ini" }));
}

/** The environments after `-e`; undefined for all. */
function named(args: readonly string[]): string[] | undefined {
  const at = args.findIndex((arg) => arg === "-e" || arg === "--env");
  const joined = args.find((arg) => /^(?:-e.|--env=)/.test(arg))?.replace(/^(?:-e=?|--env=)/, "");
  const names = at < 0 ? joined : args[at + 1];
  return names === undefined || names === "ALL" ? undefined : names.split(",");
}

/** The commands of another section, for a line such as `{[testenv]commands}`. */
function referredLines(line: string, sections: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const [, section] = /^\{\[([^\]]+)\]commands(?:_pre|_post)?\}$/.exec(line.trim()) ?? [];
  return section === undefined ? [line] : (sections.get(section) ?? []);
}

function commandsIn(section: string): string[] {
  return [...section.matchAll(/^commands(?:_pre|_post)?[ \t]*=[ \t]*(.*(?:\n[ \t]+\S.*)*)/gm)]
    .flatMap(([, lines]) => lines!.replaceAll(/\\\n\s*/g, "").split("\n"))
    .filter((line) => line.trim() !== "");
}

/**
 * Removes the syntax of tox from a command such as `unit: -pytest {posargs:tests}`.
 * @param factors the parts of the names of the environments; a line for others is left out. Undefined if all count.
 * @param positional the arguments after `--`
 */
function plain(line: string, factors: ReadonlySet<string> | undefined, positional: readonly string[]): string[] {
  const [, condition, rest] = /^([\w{},!.-]+):[ \t]+(.*)$/.exec(line.trim()) ?? [undefined, undefined, line.trim()];
  const isKnown = condition !== undefined && /^[\w.]+$/.test(condition);
  if (isKnown && factors?.has(condition) === false) return [];
  const command = rest
    .replace(/^[-!] ?/, "")
    .replaceAll(/\{posargs(?::([^{}]*))?\}/g, (_all, fallback?: string) =>
      positional.length > 0 ? positional.join(" ") : (fallback ?? ""),
    )
    .replaceAll(/\{(?:toxinidir|tox_root|changedir)\}/g, ".")
    .replaceAll(/\{envpython\}/g, "python");
  return command === "" ? [] : [command];
}
