/** Which tests of a file a command runs. */
export interface TestSelection {
  /** @param path titles from the outermost suite to the test */
  isSelected: (path: readonly string[]) => boolean;
  /** Whether a single title is meant. */
  matches: (title: string) => boolean;
}

/** As `-t`, `--testNamePattern`, `--grep` and `--test-name-pattern`: an expression on a title, or on all titles joined. */
export function selectByPattern(patterns: readonly string[]): TestSelection | undefined {
  const expressions = patterns.flatMap((pattern) => {
    const [, body, flags] = /^\/(.*)\/([a-z]*)$/s.exec(pattern) ?? [undefined, pattern, ""];
    try {
      return [new RegExp(body, flags)];
    } catch {
      return [];
    }
  });
  if (expressions.length === 0 || expressions.length < patterns.length) return undefined;
  const isHit = (text: string) => text.length < 10_000 && expressions.some((each) => each.test(text));
  return {
    // A suite that is named runs with all its tests.
    isSelected: (path) => isHit(path.join(" ")) || path.some((title) => isHit(title)),
    matches: isHit,
  };
}
