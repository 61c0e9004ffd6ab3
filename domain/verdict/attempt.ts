import type { FailureIdentifier } from "../failures/failures.js";
import type { ObservedUse } from "../requirements/service-use.js";
import type { Outcome, Phase } from "../states.js";

/**
 * The purpose of an attempt. The last three are not runs of the job itself. They are runs of the last passing source, of a
 * known-good test, and of nothing (a quiet window, in which no test uses a service).
 */
export const purposes = ["test", "confirmation", "recheck", "isolation", "baseline", "control", "quiet"] as const;
export type Purpose = (typeof purposes)[number];
/** The purposes of comparison runs. */
export const comparisonPurposes = ["baseline", "control", "quiet"] as const;
export type ComparisonPurpose = (typeof comparisonPurposes)[number];
/** Why a job runs for another one. `reopen` repeats a failure whose verdict people know already. */
export const companionPurposes = [...comparisonPurposes, "reopen"] as const;
export type CompanionPurpose = (typeof companionPurposes)[number];

export function isComparison(purpose: Purpose): purpose is ComparisonPurpose {
  return (comparisonPurposes as readonly Purpose[]).includes(purpose);
}

/** One line of proof, the same in mail, page, API and `why`. `at` is an ISO time. */
export interface EvidenceLine {
  check: string;
  result: "good" | "bad" | "unknown" | "note";
  detail: string;
  at: string;
}

/** The probes of one thing in the environment, once a second, stored as the intervals in which they failed. Times are ISO. */
export interface Watched {
  /** Its name in evidence: `service nfs from alpha`, `disk`, `clock`. */
  check: string;
  from: string;
  to: string;
  looks: number;
  /** The longest time between two probes, in ms. */
  apartMs?: number;
  /** Each interval lasts from the last good probe before it to the first good probe after it. */
  bad: { from: string; to: string; detail: string }[];
  /** Times about which nothing is known, because the watch itself was late; absent if there are none. */
  missed?: { from: string; to: string; detail: string }[];
  /** A summary of the probes, such as `at least 900 MiB free`. */
  detail?: string;
}

/** One test within a test, as TAP or JUnit names it. `message` is empty if there is none. */
export interface Subtest {
  name: string;
  result: "passed" | "failed" | "error" | "skipped" | "todo";
  message: string;
}

/** The number of subtests by result, including those that are not stored. */
export type SubtestCounts = Record<Subtest["result"], number>;

/** A test's claim that its environment is to blame; `service` is null if the test named none. */
export interface Claim {
  service: string | null;
  message: string;
}

/** The agent's report on one attempt. Times are ISO; null if the attempt did not get that far. */
export interface AttemptReport {
  outcome: Outcome;
  phase: Phase;
  failureIdentifier: FailureIdentifier | null;
  /** Exit code of the command that ended the attempt; null if it was killed or never ran. */
  exitCode: number | null;
  /** The failing subtests; for `results: exit` the exit code is the failing subtest. */
  failing: string[];
  startedAt: string;
  testStartedAt: string | null;
  endedAt: string;
  evidence: EvidenceLine[];
  /** Versions of the components, as the suite's commands printed them. */
  components: Record<string, string>;
  // The following fields are absent in reports of agents before 0.3.
  /** When the first subtest failed, if that is known. The time of proof ends there. */
  failedAt?: string | null;
  watch?: Watched[];
  /** The offset to add to the machine's clock to get the grid's, and its possible error. */
  clockOffsetMs?: number;
  clockErrorMs?: number;
  /** The failed subtests, and so many of the others that the report stays small. `counts` includes all. */
  subtests?: Subtest[];
  counts?: SubtestCounts;
  claims?: Claim[];
  /** Subtests that passed only on the test runner's own rerun. */
  flakySubtests?: string[];
  /** Which services the test's processes used; absent if no test ran, and before 0.4. */
  use?: ObservedUse;
  /** Proves that the report comes from the agent that began the attempt; absent in reports before 0.4. */
  seal?: string;
}

/** An attempt as it is judged. */
export interface Attempt extends AttemptReport {
  number: number;
  purpose: Purpose;
  machine: string;
  host: string;
  /** A recorded outage overlaps the attempt and explains its problem. */
  explained: boolean;
  /** A probe agrees with the test's claim that its environment is to blame. */
  claimBacked: boolean;
  /** The machine was lost and did not return within 30 s, and no other machine was lost. */
  machineLost: boolean;
  // The following fields are absent in attempts before 0.3.
  /** What worked when the attempt began, and broke while it ran: `service:nfs`, `machine:alpha`. */
  disturbed?: string[];
  /** A required service was already broken when the attempt began, so the attempt did not break it. */
  foundBroken?: boolean;
  /** The job whose source last passed this test, as a baseline; null if none is known. */
  baseline?: string | null;
  /** A required service that has a known-good test, for an isolation trial; null if there is none. */
  control?: string | null;
  /** For a candidate: so many other tests began to fail at the same time that the grid itself may be the cause. */
  crowded?: boolean;
  /** The comparison run in which the attempt was made. */
  companion?: string | null;
  /** It ended with a claim that no probe confirms, and counts as a failure. */
  isUnbackedClaim?: boolean;
  /** Other tests of the same project that ran on the same host at the same time. */
  siblings?: string[];
  /** The lost machine was also lost under another test within a day. */
  isLostElsewhere?: boolean;
}
