import type { Attempt } from "../attempt.js";
import { type AttemptHistory, disturbances } from "../attempt-history.js";
import { anotherAttempt, awaiting, type ComparisonRequest, type Decision, type Exclusive } from "../decision.js";
import { breaksEnvironment, undecidedTrial } from "../proved-endings.js";

/**
 * A job whose runs have repeatedly broken their environment runs alone, in turn with a control (docs/verdict.md,
 * section 4). Undefined if the job has not, or if its last run had another problem.
 */
export function tryAlone(open: AttemptHistory): Decision | undefined {
  const { own, beside, policy } = open;
  const disturbed = disturbances(own);
  if (disturbed.length < policy.disturbances || disturbed.at(-1) !== own.at(-1)) return undefined;
  const guilty = disturbed.filter(({ purpose }) => purpose === "isolation");
  const controls = beside.filter(({ purpose }) => purpose === "control" || purpose === "quiet");
  // A control that is known but not available does not count.
  const isQuiet = !hasControl(disturbed.at(-1)!) || beside.some(({ purpose }) => purpose === "quiet");
  const enough = isQuiet ? policy.quietTrials : policy.trials;
  if (guilty.length >= enough && controls.length >= enough)
    return isQuiet ? undecidedTrial(guilty, controls) : breaksEnvironment(guilty, controls);
  const exclusive = trialExclusive(disturbed);
  const known = { exclusive, disturbances: disturbed.length };
  const last = disturbed.at(-1)!;
  if (guilty.length > controls.length) return awaiting("isolation", controlRun(last, isQuiet, exclusive), known);
  const because = {
    failureIdentifier: "infra/surroundings-unhealthy",
    text: `Its environment broke in ${disturbed.length} of its runs: it runs alone now, in turn with ${isQuiet ? "a quiet window" : "a control"}.`,
  } as const;
  return anotherAttempt("isolation", { ...known, because });
}

/** What no other job may use during an isolation trial: the services that broke, and the host if a machine broke. */
export function trialExclusive(disturbed: readonly Attempt[]): Exclusive[] {
  const named = disturbed.flatMap((attempt) => attempt.disturbed ?? []);
  return [...new Set(named.map((name) => (name.startsWith("machine:") ? "host" : name)))].sort();
}

function hasControl({ baseline, control }: Attempt): boolean {
  return (baseline ?? null) !== null || (control ?? null) !== null;
}

function controlRun(last: Attempt, isQuiet: boolean, exclusive: Exclusive[]): ComparisonRequest {
  const lengthMs = Math.max(1_000, Date.parse(last.endedAt) - Date.parse(last.testStartedAt ?? last.startedAt));
  const service = last.control ?? null;
  return { purpose: isQuiet ? "quiet" : "control", prefer: [last.machine], exclusive, lengthMs, service };
}
