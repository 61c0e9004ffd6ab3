import type { SourceView } from "../source-view.js";
import { configurationText } from "./configuration.js";
import type { Entry } from "./entry.js";

/** The commands that tox runs in its environments, as tox.ini has them. */
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

/** A command without the marks of tox: `-pytest {posargs:tests}`. */
function plain(line: string): string {
  return line
    .trim()
    .replace(/^[-!] ?/, "")
    .replaceAll(/\{posargs(?::([^{}]*))?\}/g, (_all, fallback?: string) => fallback ?? "")
    .replaceAll(/\{(?:toxinidir|tox_root|changedir)\}/g, ".")
    .replaceAll(/\{envpython\}/g, "python");
}
