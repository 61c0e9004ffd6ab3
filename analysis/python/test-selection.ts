import { matchesPattern } from "../../domain/requirements/pattern.js";

/** Which tests of a file a command runs. */
export interface PythonSelection {
  /** `Class::test`, `Class` or `test`. */
  names?: readonly string[] | undefined;
  /** Tests that do not run (`--deselect`). */
  not?: readonly string[];
  /** An expression on names (`-k`). */
  keywords?: string | undefined;
  /** An expression on markers (`-m`). */
  marks?: string | undefined;
  /** Modules of plugins (`-p`). */
  plugins?: readonly string[];
  /** Folders that are searched for modules, relative to the working folder (`pythonpath` of the configuration). */
  searched?: readonly string[];
  /** Fixtures that every test uses (`usefixtures` of the configuration). */
  fixtures?: readonly string[];
  /** Prefixes or patterns of the names of tests and of their classes (`python_functions`, `python_classes`). */
  functionNames?: readonly string[] | undefined;
  classNames?: readonly string[] | undefined;
}

/** Whether the name of a function or class makes it a test. */
export function namesOfTests({ functionNames = ["test"], classNames = ["Test"] }: PythonSelection) {
  const matches = (name: string, wanted: readonly string[]) =>
    wanted.some((each) => (/[*?[]/.test(each) ? matchesPattern(name, each) : name.startsWith(each)));
  return {
    isTest: (name: string) => matches(name, functionNames),
    isTestClass: (name: string) => matches(name, classNames),
  };
}

/** What is known about a test, apart from its name. */
export interface TestFacts {
  marks: ReadonlySet<string>;
  /** Whether it has rows of parameters. Their names become part of the test's name. */
  hasRows: boolean;
  /** Whether code may add more markers to it. */
  mayHaveMore: boolean;
}

/** @returns whether a test runs, by its path (`Class::test`). In doubt, it runs */
export function selectTests(
  { names, not = [], keywords, marks }: PythonSelection,
  file: string,
  all: readonly string[],
): (path: string, facts: TestFacts) => boolean {
  const isNamed = (path: string, name: string) =>
    path === name || path.startsWith(`${name}::`) || path.endsWith(`::${name}`);
  return (path, { marks: own, hasRows, mayHaveMore }) => {
    if (own.has("skip") || not.some((name) => isNamed(path, name))) return false;
    if (names !== undefined && !names.some((name) => isNamed(path, name))) return false;
    if (marks !== undefined && !mayHaveMore && !holds(marks, (word) => own.has(word))) return false;
    if (keywords === undefined) return true;
    // If a test has this name, the name means the test, not a file with the same name.
    const place = all.some((each) => isNamed(each, keywords)) ? "" : `${file}::`;
    const text = `${place}${path} ${[...own].join(" ")}`.toLowerCase();
    const isKnown = (word: string) => text.includes(word.toLowerCase());
    return holds(keywords, isKnown) || ((hasRows || mayHaveMore) && holds(keywords, () => true));
  };
}

/** Whether an expression of words, `and`, `or`, `not` and parentheses is true. An unreadable expression is true. */
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
