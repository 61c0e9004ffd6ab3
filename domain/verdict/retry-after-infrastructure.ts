import { type FailureIdentifier, failures as catalogue } from "../failures/failures.js";
import type { Attempt } from "./attempt.js";
import { baselineOf } from "./comparison/baseline.js";
import { type AttemptHistory, disturbances, hasNoResult } from "./attempt-history.js";
import { nextRun } from "./comparison/confirmation.js";
import { anotherAttempt, type NextAttempt, type Ending } from "./decision.js";
import { attemptLine } from "./evidence-lines.js";
import type { VerdictPolicy } from "./policy.js";

/**
 * Ends a job that cannot be decided, so that no job loops forever (docs/verdict.md, sections 4 and 5). Undefined if it may
 * go on.
 */
export function undiagnosed(open: AttemptHistory): Ending | undefined {
  const { own, policy } = open;
  const lost = own.slice(own.length - countBack(own, ({ machineLost }) => machineLost));
  if (lost.length >= machinesAllowed(open, lost)) {
    const names = lost.map(({ machine }) => machine).join(", ");
    return undiagnosedEnding("unknown/breaks-machines", lost, `machines lost in a row under this job: ${names}`);
  }
  const disturbed = disturbances(own);
  // During an isolation trial, the trial decides.
  const onTrial = disturbed.length >= policy.disturbances ? disturbed : [];
  const dirty = own.filter(
    (attempt) => attempt.outcome === "dirty" && !attempt.explained && !onTrial.includes(attempt),
  );
  const begunWell = dirty.filter(({ foundBroken }) => foundBroken !== true);
  // The last passing source runs at the same time as the next attempts, and may still decide.
  const { isKnown, failures } = baselineOf(open);
  const mostAlike = isKnown && failures.length === 0 ? 2 * policy.dirtyAttempts : policy.dirtyAttempts;
  const sameFailure = begunWell.filter(({ failing }) => failing.join() === begunWell.at(-1)?.failing.join());
  if (sameFailure.length >= mostAlike) {
    const detail = `${sameFailure.length} attempts failed in the same way in an unhealthy environment, and no outage explains it`;
    return undiagnosedEnding("unknown/never-clean", sameFailure, detail);
  }
  const dirtyMs = dirty.reduce(
    (total, { startedAt, endedAt }) => total + Date.parse(endedAt) - Date.parse(startedAt),
    0,
  );
  if (dirtyMs >= policy.dirtyMs)
    return undiagnosedEnding("unknown/never-clean", dirty, "too much time spent in attempts that prove nothing");
  return undefined;
}

/** How many machines may be lost in a row under a job (docs/verdict.md, 4.4). */
function machinesAllowed({ own, policy }: AttemptHistory, lost: readonly Attempt[]): number {
  const hasResult = own.some((attempt) => !hasNoResult(attempt));
  const isUnreliable = lost.some(({ isLostElsewhere }) => isLostElsewhere === true);
  return policy.machinesLost + (hasResult ? 1 : 0) + (isUnreliable ? 2 : 0);
}

/** Another attempt after an infrastructure problem, later and on another machine (docs/verdict.md, section 5). */
export function retryLater(open: AttemptHistory): NextAttempt {
  const { own, policy } = open;
  const last = own.at(-1)!;
  const isTold = last.failureIdentifier !== null && /^(infra|admin)\//.test(last.failureIdentifier);
  const failureIdentifier = isTold ? last.failureIdentifier! : "infra/surroundings-unhealthy";
  const inRow = countBack(own, (attempt) => hasNoResult(attempt) && !attempt.explained);
  const bad = last.evidence.find(({ result }) => result === "bad");
  const text = `${catalogue[failureIdentifier].help}${bad === undefined ? "" : ` (${bad.check}: ${bad.detail})`} Attempt ${last.number} on ${last.machine}.`;
  return nextRun(open, { delayMs: backOff(inRow, policy), because: { failureIdentifier, text } });
}

/** Verification restarts: the baseline does not pass any more, or a control had a problem. The job runs again later. */
export function afterStartingOver({ fresh, policy }: AttemptHistory, because: Attempt): NextAttempt {
  const isBaseline = because.purpose === "baseline";
  const text = isBaseline
    ? `The source that last passed this test does not pass any more either (attempt ${because.number} on ${because.machine}).`
    : `Its environment broke while the job did not run (attempt ${because.number} on ${because.machine}).`;
  return anotherAttempt("test", {
    avoid: [because.machine],
    delayMs: backOff(fresh.times, policy),
    because: {
      failureIdentifier: isBaseline ? "infra/environment-changed" : "infra/surroundings-unhealthy",
      text,
    },
  });
}

/** The end of a run that needs no proof: its result is reported as it is. */
export function asItIs(last: Attempt): Ending {
  const isFailure = last.outcome === "candidate";
  return {
    kind: "ending",
    verdict: isFailure ? "fail" : "abort",
    abortReason: isFailure ? null : "undiagnosed",
    blame: isFailure ? "code" : "unknown",
    failureIdentifier: last.failureIdentifier,
    flaky: false,
    evidence: [attemptLine(last, isFailure ? "bad" : "unknown"), ...last.evidence],
  };
}

function backOff(inRow: number, { backOffMs, backOffMaxMs }: VerdictPolicy): number {
  return inRow === 0 ? 0 : Math.min(backOffMaxMs, backOffMs * 2 ** (inRow - 1));
}

function countBack(attempts: readonly Attempt[], matches: (attempt: Attempt) => boolean): number {
  let count = 0;
  while (count < attempts.length && matches(attempts[attempts.length - 1 - count]!)) count++;
  return count;
}

/** Ends a job whose failure cannot be attributed. */
export function undiagnosedEnding(
  failureIdentifier: Extract<FailureIdentifier, `unknown/${string}`>,
  attempts: readonly Attempt[],
  detail: string,
): Ending {
  return {
    kind: "ending",
    verdict: "abort",
    abortReason: "undiagnosed",
    blame: "unknown",
    failureIdentifier,
    flaky: false,
    evidence: [
      { check: "undiagnosed", result: "unknown", detail, at: attempts.at(-1)!.endedAt },
      ...attempts.flatMap(({ evidence }) => evidence),
    ],
  };
}
