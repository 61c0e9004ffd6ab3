import { RE2JS } from "re2js";

/** Matches paths. The time is linear in the length of the path for all globs. */
export interface FileMatcher {
  isWanted(path: string): boolean;
  /** Whether something below a folder may be wanted. */
  leads(folder: string): boolean;
  /** The globs that no path has matched so far. */
  unused(): string[];
}

interface Rule {
  glob: string;
  isExclusion: boolean;
  pattern: RE2JS;
  /** The folders before the first wildcard. */
  base: string;
  isUsed: boolean;
}

/**
 * Matches paths against a list of globs as .gitignore does: the last glob that matches decides, and `!` before a glob
 * excludes. A glob that names a folder means everything in it.
 * `*` and `?` match within a name, `**` any folders, `[a-z]` a character, `{a,b}` one of several. Except in exclusions, wildcards
 * match a name that begins with a dot only if the glob has the dot.
 */
export function matchFiles(globs: readonly string[]): FileMatcher {
  const rules = globs.map((glob): Rule => {
    const isExclusion = glob.startsWith("!");
    const clean = (isExclusion ? glob.slice(1) : glob).replace(/^(\.\/)+/, "").replace(/\/+$/, "");
    const last = clean.slice(clean.lastIndexOf("/") + 1);
    // `out/*` means the files in a folder, `out` means everything in it. An exclusion also excludes everything below it.
    const below = isExclusion || !last.includes("*") ? "(?:/.*)?" : "";
    const pattern = RE2JS.compile(`^${translate(clean, isExclusion)}${below}$`, RE2JS.DOTALL);
    return { glob, isExclusion, pattern, base: baseOf(clean), isUsed: false };
  });
  return {
    isWanted(path) {
      let isWanted = false;
      for (const rule of rules) {
        if (!rule.pattern.matches(path)) continue;
        rule.isUsed = true;
        isWanted = !rule.isExclusion;
      }
      return isWanted;
    },
    leads(folder) {
      const leading = rules.findLastIndex(
        ({ base, isExclusion }) =>
          !isExclusion &&
          (base === "" || folder === "" || `${base}/`.startsWith(`${folder}/`) || folder.startsWith(`${base}/`)),
      );
      const isExcluded = rules
        .slice(leading + 1)
        .some((rule) => rule.isExclusion && rule.pattern.matches(folder) && (rule.isUsed = true));
      return leading >= 0 && !isExcluded;
    },
    unused: () => rules.filter(({ isUsed }) => !isUsed).map(({ glob }) => glob),
  };
}

/** Why a glob is refused: it uses the syntax of another tool, or is invalid. Undefined if it is accepted. */
export function globProblem(glob: string): string | undefined {
  const foreign = /[@+!*?]\(|\{[^{},]*\.\.[^{},]*\}|\[\[:/.exec(glob)?.[0];
  if (foreign !== undefined) return `${foreign} is not understood; write **, *, ?, [a-z] or {a,b}`;
  try {
    matchFiles([glob]);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The folders that a glob names before its first wildcard. */
function baseOf(glob: string): string {
  const names = glob.split("/");
  const first = names.findIndex((name) => /[*?[{\\]/.test(name));
  return (first < 0 ? names : names.slice(0, first)).join("/");
}

/** A glob as a regular expression in RE2's syntax. */
function translate(glob: string, matchesDots: boolean): string {
  let pattern = "";
  let depth = 0;
  const isAtStart = (index: number) => index === 0 || glob[index - 1] === "/";
  const noDot = (index: number) => (isAtStart(index) && !matchesDots ? "[^./]" : "[^/]");
  for (let index = 0; index < glob.length; index++) {
    const character = glob[index]!;
    const rest = glob.slice(index);
    if (rest.startsWith("**/") && isAtStart(index)) {
      pattern += matchesDots ? "(?:[^/]+/)*" : "(?:[^./][^/]*/)*";
      index += 2;
    } else if (rest === "**" && isAtStart(index)) {
      pattern += matchesDots ? ".*" : "(?:[^./][^/]*)(?:/[^./][^/]*)*";
      index += 1;
    } else if (character === "*") {
      while (glob[index + 1] === "*") index++;
      pattern += isAtStart(index) && !matchesDots ? "(?:[^./][^/]*)?" : "[^/]*";
    } else if (character === "?") pattern += noDot(index);
    else if (character === "[" && /^\[[!^]?[^\]/]+\]/.test(rest)) {
      const [set] = /^\[[!^]?[^\]/]+\]/.exec(rest)!;
      const isNegated = set[1] === "!" || set[1] === "^";
      pattern += `[${isNegated ? "^/" : ""}${set.slice(isNegated ? 2 : 1, -1).replaceAll(/[\\[&~]/g, "\\$&")}]`;
      index += set.length - 1;
    } else if (character === "{" && hasEnd(rest)) {
      pattern += "(?:";
      depth++;
    } else if (character === "}" && depth > 0) {
      pattern += ")";
      depth--;
    } else if (character === "," && depth > 0) pattern += "|";
    else if (character === "\\" && index + 1 < glob.length) pattern += RE2JS.quote(glob[++index]!);
    else pattern += RE2JS.quote(character);
  }
  return pattern;
}

/** Whether the brace at the beginning of a text is closed. */
function hasEnd(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === "{") depth++;
    if (character === "}") depth--;
    if (depth === 0) return true;
  }
  return false;
}
