import type { Annotation, Declaration } from "./declaration.js";

/** The annotations of a declaration. */
export type Documented = Pick<Declaration, "requires" | "provides">;

export function isAnnotated({ requires, provides }: Documented): boolean {
  return requires.length + provides.length > 0;
}

/** A requirement within a text. It can contain a placeholder such as `{name}` or `{0}`. */
const requirement =
  /(?:service|package|command|device|machine):[^\s,;'"`)\]*]+(?:\s*(?:>=|<=|!=|=|>|<)\s*[^\s,;'"`)\]*]+)?/g;

/** The requirements in one line of text: `@requires service:nfs, package:curl`. */
export function requirementsIn(text: string): string[] {
  return [...text.matchAll(requirement)].map(([found]) => found.replaceAll(/\s+/g, "").replace(/[.]$/, ""));
}

/** The annotations in a documentation comment. @param line where the comment begins */
export function annotationsIn(
  comment: string,
  file: string,
  line: number,
): { requires: Annotation[]; provides: string[] } {
  const lines = comment.split("\n");
  const tagged = (tag: string) =>
    lines.flatMap((text, index) => {
      const [, rest] = new RegExp(`@${tag}\\s+(.*)`).exec(text) ?? [];
      return rest === undefined ? [] : requirementsIn(rest).map((found) => ({ text: found, file, line: line + index }));
    });
  return { requires: tagged("requires"), provides: tagged("provides").map(({ text }) => text) };
}
