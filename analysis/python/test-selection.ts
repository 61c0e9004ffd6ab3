/** Which tests of a file a command runs. */
export interface PythonSelection {
  /** `Class::test`, `Class` or `test`. */
  names?: readonly string[] | undefined;
  /** An expression on names (`-k`). */
  keywords?: string | undefined;
  /** An expression on markers (`-m`). */
  marks?: string | undefined;
}

/** @returns whether a test runs, by its path (`Class::test`) and its markers */
export function selectTests(
  { names, keywords, marks }: PythonSelection,
  file: string,
  all: readonly string[],
): (path: string, own: ReadonlySet<string>) => boolean {
  const isNamed = (path: string, name: string) =>
    path === name || path.startsWith(`${name}::`) || path.endsWith(`::${name}`);
  // One word that is the name of a test means that test.
  const exact = keywords !== undefined && all.some((path) => isNamed(path, keywords)) ? keywords : undefined;
  return (path, own) => {
    if (own.has("skip")) return false;
    if (names !== undefined && !names.some((name) => isNamed(path, name))) return false;
    if (marks !== undefined && !holds(marks, (word) => own.has(word))) return false;
    if (exact !== undefined) return isNamed(path, exact);
    const text = `${file}::${path}`.toLowerCase();
    return keywords === undefined || holds(keywords, (word) => text.includes(word.toLowerCase()));
  };
}

/** Whether an expression of words, `and`, `or`, `not` and parentheses holds. One that cannot be read holds. */
function holds(expression: string, isTrue: (word: string) => boolean): boolean {
  const tokens = expression.match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const either = (): boolean => {
    let value = both();
    while (tokens[at] === "or") {
      at++;
      value = both() || value;
    }
    return value;
  };
  const both = (): boolean => {
    let value = one();
    while (tokens[at] === "and") {
      at++;
      value = one() && value;
    }
    return value;
  };
  const one = (): boolean => {
    const token = tokens[at++];
    if (token === "not") return !one();
    if (token === "(") {
      const value = either();
      at++;
      return value;
    }
    return token !== undefined && isTrue(token);
  };
  if (tokens.length > 200) return true;
  const value = either();
  return at < tokens.length ? true : value;
}
