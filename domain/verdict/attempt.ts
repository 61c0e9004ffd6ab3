import type { FailureIdentifier } from "../failures/failures.js";
import type { Outcome, Phase } from "../states.js";

/**
 * What an attempt is made for. The last three are runs of something else, beside the job's own:
 * the last passing source, a test known to be good, and a time in which nobody uses a service.
 */
export const purposes = ["test", "confirmation", "recheck", "isolation", "baseline", "control", "quiet"] as const;
export type Purpose = (typeof purposes)[number];
/** What a job beside another runs for; a reopened one tries a verdict that has been told once more. */
export const companionPurposes = ["baseline", "control", "quiet", "reopen"] as const;
export type CompanionPurpose = (typeof companionPurposes)[number];
/** What a comparison run is compared with a failure for. */
export type ComparisonPurpose = Exclude<CompanionPurpose, "reopen">;

/** One line of proof, the same in mail, page, API and `why`. `at` is an ISO time. */
export interface EvidenceLine {
  check: string;
  result: "good" | "bad" | "unknown" | "note";
  detail: string;
  at: string;
}

/** What was watched of one thing around the test, once a second: kept as the intervals in which it was bad. Times are ISO. */
export interface Watched {
  /** As evidence names it: `service nfs from alpha`, `disk`, `clock`. */
  check: string;
  from: string;
  to: string;
  looks: number;
  /** The longest time between two looks, in ms. */
  apartMs?: number;
  /** From the last good look before to the first good one after. */
  bad: { from: string; to: string; detail: string }[];
  /** Times of which nothing is known, because the watch itself was late; left out if there were none. */
  missed?: { from: string; to: string; detail: string }[];
  /** What the looks said in sum, such as `at least 900 MiB free`. */
  detail?: string;
}

/** One test within a test, as TAP or JUnit names it. `message` is empty where nothing was said. */
export interface Subtest {
  name: string;
  result: "passed" | "failed" | "error" | "skipped" | "todo";
  message: string;
}

/** How many subtests ended how, those that are not kept one by one included. */
export type SubtestCounts = Record<Subtest["result"], number>;

/** A test's claim that its environment is to blame; `service` is null if the test named none. */
export interface Claim {
  service: string | null;
  message: string;
}

/** What the agent reports of one attempt. Times are ISO; null where the attempt did not get so far. */
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
  // What follows is absent in reports of agents before 0.3.
  /** When the first subtest failed, where that is known; the time of proof ends there. */
  failedAt?: string | null;
  watch?: Watched[];
  /** The offset to add to the machine's clock to get the grid's, and how far that may be out. */
  clockOffsetMs?: number;
  clockErrorMs?: number;
  /** Those that failed, and of the others so many that a report stays small; `counts` has them all. */
  subtests?: Subtest[];
  counts?: SubtestCounts;
  claims?: Claim[];
  /** Subtests that passed only on the test runner's own rerun. */
  flakySubtests?: string[];
  /** By which the report is known to come from the agent that began the attempt; absent in reports before 0.4. */
  seal?: string;
}

/** An attempt as it is judged. */
export interface Attempt extends AttemptReport {
  number: number;
  purpose: Purpose;
  machine: string;
  host: string;
  /** A monitored outage overlaps the attempt and explains its trouble. */
  explained: boolean;
  /** A probe agrees with the test's claim that its environment is to blame. */
  claimBacked: boolean;
  /** The machine went away and was not back within 30 s, while no other was lost. */
  machineLost: boolean;
  // What follows is absent in attempts before 0.3.
  /** What broke while the attempt ran, and was well when it began: `service:nfs`, `machine:alpha`. */
  disturbed?: string[];
  /** A service that it needs was bad already when it began: whatever broke that, this attempt did not. */
  foundBroken?: boolean;
  /** The job whose source last passed this test, to hold a failure against; null if none is known. */
  baseline?: string | null;
  /** A service that it needs and that has a test known to be good, to try in turn with it; null if none has. */
  control?: string | null;
  /** For a candidate: so many others came up on the grid with it that the grid itself may be to blame. */
  crowded?: boolean;
  /** The job, beside this one, in which the attempt was made. */
  companion?: string | null;
  /** It ended in a claim that nothing backs, and counts as a failure. */
  isUnbackedClaim?: boolean;
  /** Other tests of the same project that ran on the same host at the same time. */
  siblings?: string[];
}
