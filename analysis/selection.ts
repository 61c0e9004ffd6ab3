/** Which tests of a file a command runs. */
export interface TestSelection {
  /** @param path titles from the outermost suite to the test */
  isSelected: (path: readonly string[]) => boolean;
  /** Whether a single title is meant. */
  matches: (title: string) => boolean;
}

/**
 * As `-t`, `--testNamePattern`, `--grep` and `--test-name-pattern`: an expression on a title, or on all titles joined.
 * @param skipped as `--test-skip-pattern`: tests that do not run
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
    // A suite that is named runs with all its tests.
    isSelected: (path) =>
      (isHit(path.join(" ")) || path.some((title) => isHit(title))) &&
      !isLeftOut(path.join(" ")) &&
      !path.some((title) => isLeftOut(title)),
    matches: isHit,
  };
}

/** Whether an expression finds something in a text; undefined if one of them cannot be read. */
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
