import type { SourceView } from "../source-view.js";
import { configurationText } from "./configuration.js";
import type { Entry } from "./entry.js";

/** The commands in tox.ini of the environments that a command line names, or else of those in `env_list`. */
export function ofTox(view: SourceView, args: readonly string[], folder: string): Entry[] | undefined {
  const text = configurationText(view, folder, "tox.ini");
  const sections = new Map(
    text.split(/^(?=\[)/m).flatMap((section) => {
      const [, name] = /^\[(testenv[^\]]*)\]/.exec(section) ?? [];
      return name === undefined ? [] : [[name, commandsIn(section)] as const];
    }),
  );
  const wanted = named(args) ?? /^env_?list[ \t]*=[ \t]*(.*(?:\n[ \t]+\S.*)*)/m.exec(text)?.[1]?.split(/[\s,]+/) ?? [];
  const isWanted = (name: string) =>
    wanted.length === 0 || name.includes("{") || wanted.includes(name.slice("testenv:".length));
  const own = [...sections].filter(([name, commands]) => name !== "testenv" && commands.length > 0 && isWanted(name));
  // An environment without commands of its own has those of [testenv].
  const isBaseUsed = wanted.length === 0 || wanted.some((name) => (sections.get(`testenv:${name}`)?.length ?? 0) === 0);
  const commands = [...(isBaseUsed ? (sections.get("testenv") ?? []) : []), ...own.flatMap(([, each]) => each)];
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

function commandsIn(section: string): string[] {
  return [...section.matchAll(/^commands(?:_pre|_post)?[ \t]*=[ \t]*(.*(?:\n[ \t]+\S.*)*)/gm)]
    .flatMap(([, lines]) => lines!.split("\n").map((line) => plain(line)))
    .filter((command) => command !== "");
}

/** Removes the syntax of tox from a command such as `-pytest {posargs:tests}`. */
function plain(line: string): string {
  return (
    line
      .trim()
      // A factor: `unit: pytest tests/unit`
      .replace(/^[\w{},!-]+:[ \t]+/, "")
      .replace(/^[-!] ?/, "")
      .replaceAll(/\{posargs(?::([^{}]*))?\}/g, (_all, fallback?: string) => fallback ?? "")
      .replaceAll(/\{(?:toxinidir|tox_root|changedir)\}/g, ".")
      .replaceAll(/\{envpython\}/g, "python")
  );
}
