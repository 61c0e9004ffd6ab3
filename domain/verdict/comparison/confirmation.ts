import type { Attempt } from "../attempt.js";
import {
  type Baseline,
  baselineOf,
  baselineRun,
  recurred,
  isAttributableToCode,
  persistsAfterControl,
} from "./baseline.js";
import { type AttemptHistory, controlsOf, disturbances, hasNoResult } from "../attempt-history.js";
import { anotherAttempt, type NextAttempt, awaiting, type Decision } from "../decision.js";
import { dirtyAlike } from "../environment/noise.js";
import { runSpan } from "../environment/proof-time.js";
import { conflicting, failed, passed } from "../proved-endings.js";
import { isConflict, passesAloneSince, sharedSiblings } from "./siblings.js";
import { trialExclusive } from "./isolation-trial.js";

/** Decides from clean runs (docs/verdict.md, section 3). The last run of the job itself passed or is a candidate. */
export function judgeRuns(open: AttemptHistory): Decision {
  const { own, policy } = open;
  const passes = own.filter(({ outcome }) => outcome === "passed");
  const failures = own.filter(({ outcome }) => outcome === "candidate");
  const first = failures[0];
  if (first === undefined) return passed(passes, failures);
  const baseline = baselineOf(open);
  const runs = failures.length + passes.length;
  const mostRuns = 2 * (2 + policy.recheckRuns);
  const isOutOfTime = first.failureIdentifier === "code/timeout";
  // It failed only while the same other tests ran. It must pass alone this often in a row to count as good.
  if (policy.proof.confirmation && !isOutOfTime && failures.length > 1 && sharedSiblings(failures).length > 0) {
    if (passesAloneSince(failures.at(-1)!, own) > policy.recheckRuns) return conflicting(passes, failures);
    if (runs < mostRuns) return nextRun(open, { exclusive: ["host"] });
  }
  if (passes.length === 0) {
    if (policy.proof.confirmation && (failures.length === 1 || differ(failures))) return nextRun(open);
    if (crowdIsToBeWaitedFor(failures, baseline, open)) return afterCrowd(open);
    const wanted = baselineWanted(failures, baseline, 1) ?? controlWanted(failures, passes, baseline, open);
    if (wanted !== undefined) return wanted;
    const stands = baseline.isKnown
      ? isAttributableToCode(failures, baseline.passes)
      : persistsAfterControl(failures, controlsOf(open));
    return stands || !policy.proof.confirmation || runs >= mostRuns
      ? failed(open, failures, passes, baseline)
      : nextRun(open);
  }
  if (failures.every(({ failureIdentifier }) => failureIdentifier === "code/timeout")) return passed(passes, failures);
  if (failures.length >= 2) {
    // The last passing source is intermittent as well, so the code did not change that.
    if (baseline.failures.length > 0) return passed(passes, failures, baseline.failures);
    const wanted = baselineWanted(failures, baseline, runs - 1) ?? controlWanted(failures, passes, baseline, open);
    if (wanted !== undefined) return wanted;
    if (!baseline.isKnown || isAttributableToCode(failures, baseline.passes))
      return failed(open, failures, passes, baseline);
  }
  // A single series of failures may have an unseen cause. Recurring failures get more runs.
  const isOpen = passes.length <= 1 + policy.recheckRuns || (recurred(failures, baseline.passes) && runs < mostRuns);
  if (isOpen) return nextRun(open);
  return isConflict(failures, passes) ? conflicting(passes, failures) : passed(passes, failures);
}

/** The next run that the proof needs, whatever problems came in between. */
export function nextRun(open: AttemptHistory, difference: Partial<NextAttempt> = {}): NextAttempt {
  const { own, policy } = open;
  const failures = own.filter(({ outcome }) => outcome === "candidate");
  const passes = own.filter(({ outcome }) => outcome === "passed");
  const first = failures[0];
  const last = own.at(-1);
  const troubled = last === undefined || isResult(last) ? [] : [last.machine];
  const disturbed = disturbances(own);
  const alone = disturbed.length >= policy.disturbances ? trialExclusive(disturbed) : [];
  // Its agent fell silent. The next agent runs nothing else meanwhile. After another silence the job ends.
  const quarantine = last?.machineLost === true ? ["host"] : [];
  const exclusive = [...new Set([...alone, ...quarantine])];
  const known = { exclusive, disturbances: disturbed.length, ...difference };
  const baseline = baselineOf(open);
  if (first === undefined) {
    // In constant noise only the last passing source, run at the same time, shows whether the code is the cause.
    const isNoisy = alone.length === 0 && baseline.isKnown && dirtyAlike(open).length > 0;
    const companion = isNoisy ? baselineRun(last?.machine ?? null) : null;
    // They run at the same time, to meet the same noise: neither waits for the other.
    const atOnce = isNoisy ? { delayMs: 0 } : {};
    return anotherAttempt(alone.length > 0 ? "isolation" : "test", { avoid: troubled, companion, ...known, ...atOnce });
  }
  const hasGoneBack = own.some((run) => run !== first && run.machine === first.machine && isResult(run));
  const lostThere = own.filter((run) => run.machine === first.machine && hasNoResult(run) && !run.explained).length;
  const goesBack = lostThere < lostThereAtMost && (!hasGoneBack || isThereAlone(failures, passes));
  // If it may run on any machine, it is more likely to run at the same time.
  const place = passes.length < 2 || goesBack ? first.machine : null;
  const isSlow = passes.length === 0 && first.failureIdentifier === "code/timeout";
  const results = own.filter(isResult);
  const isWanted = baseline.isKnown && (baseline.runs < results.length || !hasRunSince(results.at(-1)!, baseline));
  // If the other run has its host for itself, this one needs another host.
  const hasHostAlone = isSlow || known.exclusive.includes("host");
  const companion = isWanted ? baselineRun(hasHostAlone ? null : place) : null;
  if (passes.length > 0) {
    // It passed on another machine. One of the further runs returns to the machine of the failure. If it fails only there,
    // all of them do.
    return anotherAttempt("recheck", {
      avoid: troubled,
      prefer: goesBack ? [first.machine] : [],
      companion,
      ...known,
    });
  }
  if (isSlow) {
    return anotherAttempt("confirmation", {
      avoid: troubled,
      prefer: [first.machine],
      timeoutFactor: 2,
      companion,
      ...known,
      exclusive: [...new Set(["host", ...alone])],
    });
  }
  return anotherAttempt("confirmation", { avoid: [first.host, ...troubled], companion, ...known });
}

/** How many runs may be lost on the machine of the failure, without an outage as explanation, before that machine is left out. */
const lostThereAtMost = 5;

/** Whether the last passing source has a result from a run that began after this run of the job had ended. */
function hasRunSince(result: Attempt, { passes, failures }: Baseline): boolean {
  const { end } = runSpan(result);
  return [...passes, ...failures].some((run) => runSpan(run).start >= end);
}

/** It fails on one host, and has passed only on others. */
function isThereAlone(failures: readonly Attempt[], passes: readonly Attempt[]): boolean {
  const first = failures[0]!.host;
  return failures.every(({ host }) => host === first) && passes.every(({ host }) => host !== first);
}

function isResult({ outcome }: Attempt): boolean {
  return outcome === "passed" || outcome === "candidate";
}

/** Different subtests failed, so a third clean failure is needed before all of them are named. */
function differ(failures: readonly Attempt[]): boolean {
  const named = new Set(
    failures.map(({ failing, failureIdentifier }) => JSON.stringify([failureIdentifier, [...failing].sort()])),
  );
  return failures.length < 3 && named.size > 1;
}

/**
 * The next run of the last passing source that is needed before the verdict `fail`: as many runs as there were failures,
 * one of them on the host of the failures if there is only one. Undefined if there are enough, or no such source is known.
 */
function baselineWanted(failures: readonly Attempt[], baseline: Baseline, runs: number): NextAttempt | undefined {
  if (!baseline.isKnown) return undefined;
  const first = failures[0]!;
  const wanted = Math.max(1, runs);
  const purpose = failures.at(-1)!.purpose;
  if (baseline.runs < wanted) return awaiting(purpose, baselineRun(first.machine));
  const hosts = new Set(failures.map(({ host }) => host));
  const hasPassedThere = baseline.passes.some(({ host }) => hosts.has(host));
  // It is requested once more. If it cannot run there, the results so far decide.
  if (hosts.size === 1 && !hasPassedThere && baseline.runs <= wanted)
    return awaiting(purpose, baselineRun(first.machine));
  return undefined;
}

/**
 * If nothing has passed before, a known-good test must pass on the host of the failures if there is only one (section 3,
 * step 1). Undefined if it has passed, none is known, or the failure also occurred on other hosts.
 */
function controlWanted(
  failures: readonly Attempt[],
  passes: readonly Attempt[],
  baseline: Baseline,
  open: AttemptHistory,
): NextAttempt | undefined {
  const [first, last] = [failures[0]!, failures.at(-1)!];
  const service = last.control ?? null;
  if (baseline.isKnown || service === null || !open.policy.proof.confirmation) return undefined;
  if (!isThereAlone(failures, passes) || open.beside.length > 0) return undefined;
  const prefer = [first.machine];
  return awaiting(last.purpose, { purpose: "control", prefer, exclusive: [], lengthMs: 0, service });
}

/** Many candidates appeared together, and this one has no baseline (section 3, step 2). */
function crowdIsToBeWaitedFor(failures: readonly Attempt[], baseline: Baseline, { policy }: AttemptHistory): boolean {
  if (baseline.isKnown || !policy.proof.confirmation || !policy.proof.baseline) return false;
  if (failures.at(-1)?.crowded !== true) return false;
  const gaps = failures
    .slice(1)
    .map(({ startedAt }, index) => Date.parse(startedAt) - Date.parse(failures[index]!.endedAt));
  return !gaps.some((gap) => gap >= policy.crowdWaitMs);
}

function afterCrowd(open: AttemptHistory): NextAttempt {
  const text =
    "Tests of several projects that passed before began to fail at the same time, so the grid itself may be to blame. The failure is confirmed once more later; `holdfast skip-wait` with the job's id confirms it now.";
  return nextRun(open, {
    delayMs: open.policy.crowdWaitMs,
    because: { failureIdentifier: "infra/environment-suspected", text },
  });
}
