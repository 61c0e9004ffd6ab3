/** Counts and times of docs/verdict.md; grid.yaml may scale them under `verdict:`. All times in ms. */
export interface VerdictPolicy {
  /** First wait after trouble that no monitored outage explains; doubles with each such attempt in a row. */
  backOffMs: number;
  backOffMaxMs: number;
  /** Unbacked claims of "not my fault" after which they count as failures. */
  claims: number;
  /** Unexplained dirty attempts with the same failing subtest after which the job ends undiagnosed. */
  dirtyAttempts: number;
  /** Time of unexplained dirty attempts after which the job ends undiagnosed. */
  dirtyMs: number;
  /** Machines lost in a row after which the job ends undiagnosed. */
  machinesLost: number;
  /** Further runs after a failure that did not show again on the first machine. */
  recheckRuns: number;
  /** How long a failure waits once, before it is confirmed again, when many came up together and nothing is known to hold it against. */
  crowdWaitMs: number;
  /** Disturbances of its environment after which a job is tried alone. */
  disturbances: number;
  /** Times that a job tried alone must disturb its environment, and its control not. */
  trials: number;
  /** The same, where the control is only a time in which nobody uses the service. */
  quietTrials: number;
  proof: Proof;
}

/** What is asked of a result before it counts. */
export interface Proof {
  confirmation: boolean;
  baseline: boolean;
  /** Ends with the first attempt, whatever that comes to: what runs beside another job is not proved itself. */
  once: boolean;
}

export const fullProof: Proof = { confirmation: true, baseline: true, once: false };

export const defaultVerdictPolicy: VerdictPolicy = {
  backOffMs: 60_000,
  backOffMaxMs: 3_600_000,
  claims: 3,
  dirtyAttempts: 3,
  dirtyMs: 24 * 3_600_000,
  machinesLost: 2,
  recheckRuns: 3,
  crowdWaitMs: 30 * 60_000,
  disturbances: 2,
  trials: 2,
  quietTrials: 3,
  proof: fullProof,
};

/** A policy before 0.3 says less: what is missing is as if left out then. */
export function completePolicy(policy: VerdictPolicy): VerdictPolicy {
  return { ...defaultVerdictPolicy, ...policy };
}
