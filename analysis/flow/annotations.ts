import type { Annotation, Declaration } from "./declaration.js";

/** The annotations of a declaration. */
export type Documented = Pick<Declaration, "requires" | "provides">;

export function isAnnotated({ requires, provides }: Documented): boolean {
  return requires.length + provides.length > 0;
}

/** One requirement within a text, a placeholder such as `{name}` or `{0}` included. */
const requirement =
  /(?:service|package|command|device|machine):[^\s,;'"`)\]*]+(?:\s*(?:>=|<=|!=|=|>|<)\s*[^\s,;'"`)\]*]+)?/g;

/** The requirements in one line of text: `@requires service:nfs, package:curl`. */
export function requirementsIn(text: string): string[] {
  return [...text.matchAll(requirement)].map(([found]) => found.replaceAll(/\s+/g, "").replace(/[.]$/, ""));
}

/** What a documentation comment says. @param line of its first line */
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
