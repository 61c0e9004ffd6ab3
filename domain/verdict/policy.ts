/** Counts and times of VERDICT.md; grid.yaml may scale them under `verdict:`. All times in ms. */
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
}

export const defaultVerdictPolicy: VerdictPolicy = {
  backOffMs: 60_000,
  backOffMaxMs: 3_600_000,
  claims: 3,
  dirtyAttempts: 3,
  dirtyMs: 24 * 3_600_000,
  machinesLost: 2,
  recheckRuns: 3,
};
