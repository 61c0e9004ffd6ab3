import { RE2JS } from "re2js";

export const signatureCauses = ["infrastructure", "code", "unknown"] as const;

/** A label that tells people what a log line may mean. It never decides a verdict (docs/verdict.md). */
export interface Signature {
  name: string;
  /** In RE2's syntax, matched against single lines. */
  pattern: string;
  label: string;
  /** What is probably to blame: only a hint. */
  cause: (typeof signatureCauses)[number];
  help: string | null;
  link: string | null;
  /** Its place: `<file>:<line>:<column>`. */
  place: string;
}

/** A signature found in a log. `lineNumber` counts from 1. */
export interface SignatureFound {
  name: string;
  label: string;
  cause: Signature["cause"];
  help: string | null;
  link: string | null;
  line: string;
  lineNumber: number;
  attempt: number;
}

/** The first line of a log that a signature matches. */
export interface SignatureHit {
  signature: Signature;
  line: string;
  lineNumber: number;
}

/** RE2 takes linear time for every pattern, so no log can block the grid. */
const flags = RE2JS.MULTILINE;
const longestLine = 2_000;
const longestShown = 300;

/** The mistake in a pattern; undefined if there is none. */
export function patternMistake(pattern: string): string | undefined {
  try {
    const compiled = RE2JS.compile(pattern, flags);
    return compiled.test("") ? "matches an empty line, so that it would be found in every log" : undefined;
  } catch (error) {
    return `is no pattern in RE2's syntax: ${(error as Error).message}`;
  }
}

/** Searches logs for many signatures at once. */
export interface SignatureMatcher {
  /** How many signatures it holds. */
  size: number;
  /**
   * Finds the first line that each signature matches, in a text of whole lines.
   * @param firstLine the number of the text's first line
   * @param known signatures that were found before, and are skipped
   */
  find(text: string, firstLine: number, known?: ReadonlySet<Signature>): SignatureHit[];
}

/** Leaves out invalid patterns, such as those of an older version: a label must never block a verdict. */
export function createMatcher(given: readonly Signature[]): SignatureMatcher {
  const compiled = given
    .filter(({ pattern }) => patternMistake(pattern) === undefined)
    .map((signature) => ({ signature, pattern: RE2JS.compile(signature.pattern, flags) }));
  if (compiled.length === 0) return { size: 0, find: () => [] };
  const any = RE2JS.compile(compiled.map(({ signature: { pattern } }) => `(?:${pattern})`).join("|"), flags);
  return {
    size: compiled.length,
    find(text, firstLine, known = new Set()) {
      if (!any.test(text)) return [];
      const hits = new Map<Signature, SignatureHit>();
      for (const [index, whole] of text.split("\n").entries()) {
        const line = whole.slice(0, longestLine);
        if (!any.test(line)) continue;
        for (const { signature, pattern } of compiled) {
          if (known.has(signature) || hits.has(signature) || !pattern.test(line)) continue;
          hits.set(signature, { signature, line: line.trim().slice(0, longestShown), lineNumber: firstLine + index });
        }
      }
      return [...hits.values()];
    },
  };
}
