import type { Attempt } from "../attempt.js";
import type { AttemptHistory } from "../attempt-history.js";
import { nextRun } from "../comparison/confirmation.js";
import type { Decision, Ending } from "../decision.js";
import { attemptLine } from "../evidence-lines.js";
import { undiagnosedEnding } from "../retry-after-infrastructure.js";

/** After a failure, this many skips end the job undecided. */
const mostSkips = 2;

/**
 * Judges a test that reports that it did not run. The job ends as skipped. If the test failed before, a skip proves nothing: the
 * test runs again on another machine. If it is skipped there too, the job ends undecided.
 */
export function judgeSkip(open: AttemptHistory, last: Attempt): Decision {
  const failures = open.own.filter(({ outcome }) => outcome === "candidate");
  if (failures.length === 0) return skipped(last);
  const skips = open.own.filter(({ outcome }) => outcome === "skipped");
  if (skips.length < mostSkips)
    return nextRun(open, { avoid: skips.map(({ machine }) => machine), prefer: [failures[0]!.machine] });
  const detail = `it failed on ${failures[0]!.machine}, and reported that it was skipped when it was run again`;
  return undiagnosedEnding("unknown/skips-and-fails", [...failures, ...skips], detail);
}

function skipped(last: Attempt): Ending {
  return {
    kind: "ending",
    verdict: "abort",
    abortReason: "skipped",
    blame: null,
    failureIdentifier: null,
    flaky: false,
    evidence: last.evidence.length > 0 ? last.evidence : [attemptLine(last, "note")],
  };
}
