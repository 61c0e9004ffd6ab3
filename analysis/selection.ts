/** Selects the tests of a file that a command runs. */
export interface TestSelection {
  /** @param path titles from the outermost suite to the test */
  isSelected: (path: readonly string[]) => boolean;
  /** Whether a single title is selected. */
  matches: (title: string) => boolean;
}

/**
 * Selects tests as `-t`, `--testNamePattern`, `--grep` and `--test-name-pattern` do: by an expression that matches one title,
 * or all titles joined. Undefined if every test runs.
 * @param skipped expressions for tests that do not run, as in `--test-skip-pattern`
 */
export function selectByPattern(
  patterns: readonly string[],
  skipped: readonly string[] = [],
): TestSelection | undefined {
  const wanted = patterns.length === 0 ? undefined : hitBy(patterns);
  const left = skipped.length === 0 ? undefined : hitBy(skipped);
  if (wanted === undefined && (left === undefined || patterns.length > 0)) return undefined;
  const isHit = wanted ?? (() => true);
  const isLeftOut = left ?? (() => false);
  return {
    // If an expression matches a suite, all tests of the suite run.
    isSelected: (path) =>
      (isHit(path.join(" ")) || path.some((title) => isHit(title))) &&
      !isLeftOut(path.join(" ")) &&
      !path.some((title) => isLeftOut(title)),
    matches: isHit,
  };
}

/** Tells whether any of the expressions matches a text; undefined if one of them is invalid. */
function hitBy(patterns: readonly string[]): ((text: string) => boolean) | undefined {
  const expressions = patterns.flatMap((pattern) => {
    const [, body, flags] = /^\/(.*)\/([a-z]*)$/s.exec(pattern) ?? [undefined, pattern, ""];
    try {
      return [new RegExp(body, flags)];
    } catch {
      return [];
    }
  });
  if (expressions.length < patterns.length) return undefined;
  return (text) => text.length < 10_000 && expressions.some((each) => each.test(text));
}
