/** Counts and times of docs/verdict.md; grid.yaml may scale them under `verdict:`. All times in ms. */
export interface VerdictPolicy {
  /** The first wait after a problem that no recorded outage explains; doubles with each such attempt in a row. */
  backOffMs: number;
  backOffMaxMs: number;
  /** After this many unconfirmed claims of "not my fault", they count as failures. */
  claims: number;
  /** Unexplained dirty attempts with the same failing subtest after which the job ends undiagnosed. */
  dirtyAttempts: number;
  /** Time of unexplained dirty attempts after which the job ends undiagnosed. */
  dirtyMs: number;
  /** Machines lost in a row after which the job ends undiagnosed. */
  machinesLost: number;
  /** Further runs after a failure that did not recur on the first machine. */
  recheckRuns: number;
  /** How long a failure waits once before its next confirmation if many tests began to fail together and there is no baseline. */
  crowdWaitMs: number;
  /** Disturbances of its environment after which a job runs alone. */
  disturbances: number;
  /** How often a job that runs alone must disturb its environment, while its control does not. */
  trials: number;
  /** The same for a control that is only a time in which no test uses the service. */
  quietTrials: number;
  proof: Proof;
}

/** The proof that a result needs. */
export interface Proof {
  confirmation: boolean;
  baseline: boolean;
  /** Ends the job with its first attempt, whatever the result: a control or a quiet window needs no proof. */
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

/** A policy before 0.3 has fewer fields. The defaults replace missing ones. */
export function completePolicy(policy: VerdictPolicy): VerdictPolicy {
  return { ...defaultVerdictPolicy, ...policy };
}
