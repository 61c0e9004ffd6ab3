import { requirementsIn } from "../flow/annotations.js";
import type { Annotation } from "../flow/declaration.js";
/** Whether a script checks that a program exists. Such a script can run without the program. */
export function checksForProgram(text: string, name: string): boolean {
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

/** `# provides: service:nfs` in one comment. */
export function providedIn(comment: string): string[] {
  return requirementsIn(/^\s*#+\s*@?provides?:?\s+(.*)$/i.exec(comment)?.[1] ?? "");
}

/** The annotations of a whole file: unindented comments, except those directly before a function, which belong to it. */
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
      if (/^\s*$/.test(line)) continue;
    }
  }
  found.push(...pending);
  // Comments within functions are indented and belong to the function.
  return found.filter(({ line }) => (lines[line - 1] ?? "").startsWith("#"));
}
