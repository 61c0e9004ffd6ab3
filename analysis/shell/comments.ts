import { requirementsIn } from "../flow/annotations.js";
import type { Annotation } from "../flow/declaration.js";
/** Whether a script asks itself if a program is there: then it can do without. */
export function looksFor(text: string, name: string): boolean {
  if (name.length > 100) return false;
  return new RegExp(
    `\\b(?:command -v|which|type|hash)\\s+(?:-\\w+\\s+)?["']?${name.replaceAll(/[.+]/g, "\\$&")}\\b`,
  ).test(text);
}

/** `# requires: service:nfs, command:jq` in one comment. */
export function commentAnnotations(comment: string, file: string, line: number): Annotation[] {
  const [, rest] = /^\s*#+\s*@?requires:?\s+(.*)$/i.exec(comment) ?? [];
  return rest === undefined ? [] : requirementsIn(rest).map((text) => ({ text, file, line }));
}

/** Comments at the top of a file, before its first command, hold for the whole file. Others belong to what follows. */
export function headAnnotations(text: string, file: string): Annotation[] {
  const found: Annotation[] = [];
  const lines = text.split("\n");
  let pending: Annotation[] = [];
  for (const [index, line] of lines.entries()) {
    if (/^\s*#/.test(line)) pending.push(...commentAnnotations(line, file, index + 1));
    else if (/^\s*(?:function\s+[\w-]+|[\w-]+\s*\(\s*\))/.test(line)) pending = [];
    else {
      found.push(...pending);
      pending = [];
      // Within functions, comments are indented and belong to the function.
      if (/^\s*$/.test(line)) continue;
    }
  }
  found.push(...pending);
  return found.filter(({ line }) => (lines[line - 1] ?? "").startsWith("#"));
}
