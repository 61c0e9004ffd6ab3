import type { AttemptLimits } from "./attempt-limits.js";
import type { ProbeConfig } from "../config/probe-config.js";
import type { CountingPolicy } from "../health/health.js";
import type { ArtifactLimits } from "../results/artifact-limits.js";
import type { ResultsSource } from "../results/results-source.js";
import type { Variant } from "./variant.js";

/** The plan that an agent gets when it begins an attempt. */
export interface AttemptPlan {
  jobId: string;
  /** Proves that a report of this attempt comes from this agent; left out by an API before 0.4. */
  secret?: string;
  test: string;
  variant: Variant;
  sourceHash: string;
  // An API before 0.4 leaves out the fields from here to `secrets`.
  /** The folder of the suite file within the source; left out for the root. */
  path?: string;
  /** The attempt's span in a trace (W3C Trace Context); left out if tracing is off. */
  traceparent?: string;
  /** The test gets these two as HOLDFAST_REVISION and HOLDFAST_BRANCH. */
  revision?: string;
  branch?: string;
  /** Set if the test runs in a private network. */
  network?: "private";
  /** Secrets by the environment variable in which the test gets them; left out if there are none. */
  secrets?: Record<string, string>;
  command: string;
  prepare: string | null;
  build: string | null;
  timeoutMs: number;
  components: Record<string, string>;
  requirements: string[];
  /** Services that the test requires, except those that it disturbs on purpose. */
  services: {
    name: string;
    probe: ProbeConfig;
    timeoutMs: number;
    fromMachine: boolean;
    /** How often the agent probes it while the test runs; left out by an API before 0.3. */
    everyMs?: number;
  }[];
  /** The address of each service of the grid, `<host>:<port>`; left out by an API before 0.4. */
  addresses?: { service: string; address: string }[];
  logLimitBytes: number;
  /** How much of all result files together is read; left out by an API before 0.4. */
  reportLimitBytes?: number;
  limits: AttemptLimits;
  /** A pass proves that the environment works, so even the report of a pass says what was watched. Absent before 0.3. */
  isControl?: boolean;
  results: ResultsSource;
  /** Globs of the files to keep, and how much of them. */
  artifacts: ArtifactLimits & { globs: string[] };
}

/** The answer to each report of an agent. `revoked` names the leases whose attempts it must stop at once. */
export interface MachineOrders {
  slots: number;
  provision: string | null;
  /** Whether tests run as a separate user, within limits, as far as the machine allows. */
  confine: boolean;
  revoked: string[];
  /** Services that each machine has or sees for itself. The agent counts their probes. */
  watch: WatchOrder[];
  // An API before 0.3 leaves out the following fields.
  /** How often the agent may probe each watched service while a test runs, in ms. */
  pace?: Record<string, number>;
  /** The grid's clock when it answered, as ISO time. */
  now?: string;
  /** The next report sends this time back, which shows that it was made later. ISO, by the database's clock. */
  asOf?: string;
}

export interface WatchOrder {
  service: string;
  probe: ProbeConfig;
  everyMs: number;
  timeoutMs: number;
  policy: CountingPolicy;
}
