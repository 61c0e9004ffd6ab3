/** Where a test reports which of its subtests passed. For TAP, `file` is null if the report is the test's own output. */
export type ResultsSource = { kind: "exit" } | { kind: "tap"; file: string | null } | { kind: "junit"; files: string };

export const resultsForms = "write exit, tap, tap:<file> or junit:<file or glob>";

/** Parses `results` of a suite file; undefined for all forms other than `resultsForms`. */
export function parseResultsSource(text: string): ResultsSource | undefined {
  if (text === "exit") return { kind: "exit" };
  if (text === "tap") return { kind: "tap", file: null };
  const [, kind, place = ""] = /^(tap|junit):(.+)$/s.exec(text) ?? [];
  if (kind === undefined || !staysInside(place)) return undefined;
  return kind === "tap" ? { kind, file: place } : { kind: "junit", files: place };
}

/** Whether a path or glob names something below the source's root. */
export function staysInside(path: string): boolean {
  return path !== "" && path.length <= 500 && !/^[/\\]|\0/.test(path) && !path.split(/[/{},]/).includes("..");
}
