import type { ParsedResults } from "./conclusion.js";
import { hasFailed } from "./subtest.js";

/**
 * Treats a subtest that failed and then passed on the test runner's own rerun as flaky, not as a failure. This requires that the
 * test as a whole exits with 0, or that other failing subtests explain its exit code. Otherwise the apparent rerun may be another
 * subtest of the same name, so the failure stays.
 */
export function settleReruns(results: ParsedResults, exitCode: number | null): ParsedResults {
  const { recovered, failing, counts, subtests, flaky } = results;
  const isExplained = exitCode === 0 || failing.length > recovered.length;
  if (recovered.length === 0 || !isExplained) return results;
  const names = new Set(recovered);
  const isOver = (subtest: ParsedResults["subtests"][number]) => names.has(subtest.name) && hasFailed(subtest);
  const over = subtests.filter(isOver);
  const isEmpty = failing.every((name) => names.has(name));
  return {
    ...results,
    failing: failing.filter((name) => !names.has(name)),
    failedAt: isEmpty ? null : results.failedAt,
    flaky: [...new Set([...flaky, ...recovered])],
    recovered: [],
    subtests: subtests.filter((subtest) => !isOver(subtest)),
    counts: isEmpty
      ? { ...counts, failed: 0, error: 0 }
      : { ...counts, failed: Math.max(0, counts.failed - over.length) },
  };
}
