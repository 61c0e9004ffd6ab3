import type { Attempt } from "../attempt.js";
import { baselineOf, ranAtTheSameTime } from "../comparison/baseline.js";
import type { AttemptHistory } from "../attempt-history.js";
import { skippedCheck } from "../checks.js";
import type { Ending } from "../decision.js";
import { attemptLine, note } from "../evidence-lines.js";

/**
 * A little constant noise in the environment must not hide broken code forever. If the same subtests failed in three dirty
 * runs, and the last passing source passed at the same time as each of them, in the same noise, the verdict is `fail`.
 * Otherwise undefined.
 */
export function failedInNoise(open: AttemptHistory): Ending | undefined {
  const runs = dirtyAlike(open);
  const baseline = baselineOf(open);
  if (baseline.failures.length > 0) return undefined;
  const answered = runs.filter((run) => baseline.passes.some((pass) => ranAtTheSameTime(pass, run)));
  if (answered.length < open.policy.dirtyAttempts) return undefined;
  const last = answered.at(-1)!;
  return {
    kind: "ending",
    verdict: "fail",
    abortReason: null,
    blame: "code",
    failureIdentifier: "code/test-failed",
    flaky: false,
    evidence: [
      note(last, "noise", `the environment was bad in each run, while the last passing source passed at the same time`),
      ...answered.map((attempt) => attemptLine(attempt, "bad")),
      ...baseline.passes.map((attempt) => attemptLine(attempt, "good")),
      ...answered.flatMap(({ evidence }) => evidence.filter(({ result }) => result === "bad" || result === "unknown")),
    ],
  };
}

/**
 * The dirty runs with the same failing subtests as the last one. No outage explains them, and they began in a healthy
 * environment.
 */
export function dirtyAlike({ own }: Pick<AttemptHistory, "own">): Attempt[] {
  const dirty = own.filter(
    ({ outcome, explained, foundBroken, disturbed, evidence }) =>
      outcome === "dirty" &&
      !explained &&
      foundBroken !== true &&
      (disturbed ?? []).length === 0 &&
      evidence.every(({ check }) => check !== skippedCheck),
  );
  const last = dirty.at(-1)?.failing.join();
  return dirty.filter(({ failing }) => failing.join() === last);
}
