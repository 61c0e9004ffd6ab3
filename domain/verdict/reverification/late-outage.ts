import type { FailureIdentifier } from "../../failures/failures.js";
import type { Interval } from "../../time/interval.js";
import { provingServices } from "../../requirements/requirement.js";
import type { Attempt } from "../attempt.js";
import { partitionAttempts } from "../attempt-history.js";
import { defaultVerdictPolicy } from "../policy.js";
import { byGridClock, proofTime } from "../environment/proof-time.js";
import { reachOf, type BadInterval, touches } from "../environment/bad-interval.js";

/** A verdict `fail` that people know, and its attempts. */
export interface ReportedFailure {
  failureIdentifier: FailureIdentifier | null;
  /** In text form. */
  requirements: readonly string[];
  /** What the test breaks on purpose, such as `service:nfs`. */
  disturbs: readonly string[];
  attempts: readonly Attempt[];
}

/** An outage of a service, on one machine or, where that is null, on all. */
export interface KnownOutage extends BadInterval {
  service: string;
  machine: string | null;
}

/**
 * The runs on which a failure rests and whose environment the outage shows to have been unhealthy (docs/verdict.md, sections 2
 * and 6). None if the failure is that the job breaks its environment: then outages are the proof.
 */
export function doubtfulRuns(failure: ReportedFailure, outage: KnownOutage): Attempt[] {
  if (!provingServices(failure.requirements, failure.disturbs).includes(outage.service)) return [];
  return provingRuns(failure).filter((attempt) => isOn(outage, attempt) && touches(reachOf(outage), windowOf(attempt)));
}

/** The runs of the job that counted as failures since verification last restarted. */
export function provingRuns({ failureIdentifier, attempts }: ReportedFailure): Attempt[] {
  if (failureIdentifier === "code/breaks-surroundings") return [];
  return partitionAttempts(attempts, defaultVerdictPolicy).own.filter(
    ({ outcome, failureIdentifier: claimed, claimBacked, explained }) =>
      // A claim of "not my fault" that no probe confirmed may have been true.
      outcome === "candidate" || (claimed === "infra/claimed-by-test" && !claimBacked && !explained),
  );
}

/** The time in which the environment of a failing run had to be healthy, by the grid's clock. */
export function windowOf(attempt: Attempt): Interval {
  const proof = proofTime(attempt);
  return byGridClock(proof, proof.from, proof.to);
}

function isOn({ machine }: KnownOutage, attempt: Attempt): boolean {
  return machine === null || machine === attempt.machine;
}
