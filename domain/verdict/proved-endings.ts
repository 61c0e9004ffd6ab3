import type { Attempt, EvidenceLine } from "./attempt.js";
import type { Baseline } from "./comparison/baseline.js";
import { flakyCheck } from "../results/conclusion.js";
import { type AttemptHistory, controlsOf } from "./attempt-history.js";
import { conflictCheck, isUsedServiceCheck, serviceOfCheck } from "./checks.js";
import type { Ending } from "./decision.js";
import { formatCount } from "../reports/downtime-wording.js";
import { attemptLine, note } from "./evidence-lines.js";
import { sharedSiblings } from "./comparison/siblings.js";

/** The endings that runs have proved, each with its evidence. */

/** @param alike runs of the last passing source that failed as well, although the job itself also passed */
export function passed(
  passes: readonly Attempt[],
  failures: readonly Attempt[],
  alike: readonly Attempt[] = [],
): Ending {
  const isSlow = failures.every(({ failureIdentifier }) => failureIdentifier === "code/timeout");
  const evidence = passes.map((attempt) => attemptLine(attempt, "good"));
  const first = failures[0];
  if (first !== undefined && isSlow)
    evidence.unshift(note(first, "slow", "ran into its time limit, and passed with twice the limit"));
  else if (first !== undefined) {
    const runs = passes.length + failures.length;
    const hasGoneBack = [...passes, ...failures.slice(1)].some(({ machine }) => machine === first.machine);
    const where = `first on ${first.machine}${hasGoneBack ? "" : ", where it could not be run again"}`;
    evidence.unshift(note(first, "flaky", `failed in ${failures.length} of ${runs} runs, ${where}`));
  }
  evidence.push(...alike.map((attempt) => attemptLine(attempt, "note")));
  const isFlakyInside = passes.some(({ flakySubtests }) => (flakySubtests ?? []).length > 0);
  evidence.push(...passes.flatMap((attempt) => attempt.evidence.filter(tellsOfResults)));
  return {
    kind: "ending",
    verdict: "pass",
    abortReason: null,
    blame: null,
    failureIdentifier: null,
    flaky: (failures.length > 0 && !isSlow) || isFlakyInside,
    evidence,
  };
}

/** Evidence about the results: subtests that were run again, and what could not be read. */
function tellsOfResults({ check }: EvidenceLine): boolean {
  return check === flakyCheck || check === "results";
}

/** The test failed only while another test of its project ran on the same host, and passes alone. */
export function conflicting(passes: readonly Attempt[], failures: readonly Attempt[]): Ending {
  const conflictsWith = sharedSiblings(failures).sort();
  const others = conflictsWith.join(", ");
  const detail = `conflicts with ${others} on the same host: it failed at the same time in ${formatCount(failures.length, "run")}, and passed without it in ${formatCount(passes.length, "run")}; from now on they do not share a host`;
  return {
    ...passed(passes, []),
    evidence: [
      note(failures[0]!, conflictCheck, detail),
      ...failures.map((attempt) => attemptLine(attempt, "note")),
      ...passes.map((attempt) => attemptLine(attempt, "good")),
    ],
    conflictsWith,
  };
}

export function failed(
  open: AttemptHistory,
  failures: readonly Attempt[],
  passes: readonly Attempt[],
  baseline: Baseline,
): Ending {
  const first = failures[0]!;
  const evidence = [
    ...failures.map((attempt) => attemptLine(attempt, "bad")),
    ...passes.map((attempt) => attemptLine(attempt, "good")),
    ...(passes.length > 0 ? [note(first, "runs", intermittence(failures, passes))] : []),
    ...confirmationLines(open, failures, passes, baseline),
    ...baselineLines(open, failures, baseline),
    ...failures.flatMap((attempt) => attempt.evidence.filter(tellsOfProof)),
  ];
  const isNamed = failures.some(({ failing }) => failing.length > 0);
  const named = isNamed && passes.length === 0 ? first.failureIdentifier : null;
  return fail(named ?? (passes.length > 0 ? "code/intermittent" : "code/test-failed"), passes.length > 0, evidence);
}

/**
 * Whether a line belongs to the proof. These are good checks, exempt services (such as one that an admin has set to up), a claim
 * that no probe confirms, and services that the test used without requiring them.
 */
function tellsOfProof({ check, result }: EvidenceLine): boolean {
  const isTold = check === "claim" || serviceOfCheck(check) !== undefined || isUsedServiceCheck(check);
  return result === "good" || (result === "note" && isTold);
}

/** The job disturbed its environment in every trial, and its control in none (docs/verdict.md, section 4). */
export function breaksEnvironment(guilty: readonly Attempt[], controls: readonly Attempt[]): Ending {
  return fail("code/breaks-surroundings", false, trialLines(guilty, controls));
}

/** Without a control run it cannot be decided whose fault it is, however many trials there are. */
export function undecidedTrial(guilty: readonly Attempt[], windows: readonly Attempt[]): Ending {
  return {
    kind: "ending",
    verdict: "abort",
    abortReason: "undiagnosed",
    blame: "unknown",
    failureIdentifier: "unknown/breaks-surroundings",
    flaky: false,
    evidence: trialLines(guilty, windows),
  };
}

function trialLines(guilty: readonly Attempt[], controls: readonly Attempt[]): EvidenceLine[] {
  const broke = guilty.map((attempt) => ({
    ...attemptLine(attempt, "bad"),
    detail: `alone on ${attempt.machine}: ${(attempt.disturbed ?? []).join(", ")} broke while it ran`,
  }));
  return [
    ...broke,
    ...controls.map((attempt) => attemptLine(attempt, "good")),
    ...guilty.flatMap(({ evidence }) => evidence.filter(({ result }) => result === "bad")),
  ].sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0));
}

function fail(
  failureIdentifier: NonNullable<Ending["failureIdentifier"]>,
  flaky: boolean,
  evidence: EvidenceLine[],
): Ending {
  return { kind: "ending", verdict: "fail", abortReason: null, blame: "code", failureIdentifier, flaky, evidence };
}

function intermittence(failures: readonly Attempt[], passes: readonly Attempt[]): string {
  const failedOn = new Set(failures.map(({ host }) => host));
  const onlyThere = failedOn.size === 1 && passes.every(({ host }) => !failedOn.has(host));
  if (onlyThere) return `fails only on ${[...failedOn].join()}`;
  return `intermittent, ${failures.length} of ${failures.length + passes.length} runs failed`;
}

/** How the failure was confirmed, or why it was not. */
function confirmationLines(
  open: AttemptHistory,
  failures: readonly Attempt[],
  passes: readonly Attempt[],
  baseline: Baseline,
): EvidenceLine[] {
  const [first, last] = [failures[0]!, failures.at(-1)!];
  if (passes.length > 0) return [];
  if (failures.length === 1 || !open.policy.proof.confirmation)
    return [note(last, "confirmation", "left out, as the suite's `proof` asks")];
  if (first.failureIdentifier === "code/timeout")
    return [note(last, "confirmation", `made alone on ${last.host}, with twice the time limit`)];
  const others = failures.map(({ machine, host }) => ({ machine, host })).filter(({ host }) => host !== first.host);
  if (others.length > 0)
    return [
      note(last, "confirmation", `confirmed on ${[...new Set(others.map(({ machine }) => machine))].join(", ")}`),
    ];
  const control = baseline.passes.some(({ host }) => host === first.host)
    ? "the source that last passed still passes there"
    : controlsOf(open).length > 0
      ? "a test known to be good passed there"
      : "no control known";
  return [note(last, "confirmation", `made on ${first.host} as well: no other machine was fit; ${control}`)];
}

function baselineLines(
  { policy, beside }: AttemptHistory,
  failures: readonly Attempt[],
  baseline: Baseline,
): EvidenceLine[] {
  const last = failures.at(-1)!;
  if (!policy.proof.baseline) return [note(last, "baseline", "left out, as the suite's `proof` asks")];
  const runs = baseline.passes.map((attempt) => attemptLine(attempt, "good"));
  if (runs.length > 0) return runs;
  const isNamed = beside.some(({ purpose }) => purpose === "baseline");
  const why = isNamed
    ? "the source that last passed came to no result this time"
    : "none known: this test has not passed before on its branch";
  return [note(last, "baseline", why)];
}
