import type { FailureIdentifier } from "../failures.js";
import type { Outcome, Phase } from "../words.js";

/** What an attempt is made for. */
export const purposes = ["test", "confirmation", "recheck"] as const;
export type Purpose = (typeof purposes)[number];

/** One line of proof, the same in mail, page, API and `why`. `at` is an ISO time. */
export interface EvidenceLine {
  check: string;
  result: "good" | "bad" | "unknown" | "note";
  detail: string;
  at: string;
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
}

/** An attempt as it is judged. */
export interface Attempt extends AttemptReport {
  number: number;
  purpose: Purpose;
  machine: string;
  host: string;
  /** A monitored outage overlaps the attempt and explains its trouble. */
  explained: boolean;
  /** A probe agrees with the test's claim that its surroundings are to blame. */
  claimBacked: boolean;
  /** The machine went away and was not back within 30 s, while no other was lost. */
  machineLost: boolean;
}
