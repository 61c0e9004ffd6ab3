import type { SourceView } from "../source-view.js";
import { configurationText } from "./configuration.js";
import type { Entry } from "./entry.js";

/** The commands in tox.ini that tox runs in its environments. */
export function ofTox(view: SourceView, folder: string): Entry[] | undefined {
  const text = configurationText(view, folder, "tox.ini");
  const sections = text.split(/^(?=\[)/m).filter((section) => section.startsWith("[testenv"));
  const commands = sections.flatMap((section) =>
    [...section.matchAll(/^commands(?:_pre|_post)?[ \t]*=[ \t]*(.*(?:\n[ \t]+\S.*)*)/gm)].flatMap(([, lines]) =>
      lines!.split("\n").map((line) => plain(line)),
    ),
  );
  const known = commands.filter((command) => command !== "");
  if (known.length === 0) return undefined;
  return known.map((text) => ({ language: "command", text, folder, file: "tox.ini" }));
}

/** Removes the syntax of tox from a command such as `-pytest {posargs:tests}`. */
function plain(line: string): string {
  return line
    .trim()
    .replace(/^[-!] ?/, "")
    .replaceAll(/\{posargs(?::([^{}]*))?\}/g, (_all, fallback?: string) => fallback ?? "")
    .replaceAll(/\{(?:toxinidir|tox_root|changedir)\}/g, ".")
    .replaceAll(/\{envpython\}/g, "python");
}
