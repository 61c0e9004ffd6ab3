import type { AttemptLimits } from "./attempt-limits.js";
import type { ProbeConfig } from "../config/probe-config.js";
import type { CountingPolicy } from "../health/health.js";
import type { ArtifactLimits } from "../results/artifact-limits.js";
import type { ResultsSource } from "../results/source.js";
import type { Variant } from "./variant.js";

/** What an agent gets when it begins an attempt. */
export interface AttemptPlan {
  jobId: string;
  /** What proves that a report of this attempt comes from this agent; left out by an API before 0.4. */
  secret?: string;
  test: string;
  variant: Variant;
  sourceHash: string;
  // The next three are left out by an API before 0.4.
  /** The folder of the suite file within the source; left out for the root. */
  path?: string;
  /** The attempt's own place in a trace (W3C Trace Context); left out where traces are off. */
  traceparent?: string;
  /** What the test sees as HOLDFAST_REVISION and HOLDFAST_BRANCH. */
  revision?: string;
  branch?: string;
  /** Set if the test runs in a private network. */
  network?: "private";
  /** Secrets by the environment variable that the test finds them in; left out for none. */
  secrets?: Record<string, string>;
  command: string;
  prepare: string | null;
  build: string | null;
  timeoutMs: number;
  components: Record<string, string>;
  requirements: string[];
  /** Services that the test requires, but for those that it disturbs on purpose. */
  services: {
    name: string;
    probe: ProbeConfig;
    timeoutMs: number;
    fromMachine: boolean;
    /** How often the agent looks at it while the test runs; left out by an API before 0.3. */
    everyMs?: number;
  }[];
  /** Where each service of the grid is, `<host>:<port>`; left out by an API before 0.4. */
  addresses?: { service: string; address: string }[];
  logLimitBytes: number;
  /** How much is read of all result files together; left out by an API before 0.4. */
  reportLimitBytes?: number;
  limits: AttemptLimits;
  /** Its pass proves that the environment works: the report of a pass, too, says what was watched. Absent before 0.3. */
  isControl?: boolean;
  results: ResultsSource;
  /** Globs of the files to keep, and how much of them. */
  artifacts: ArtifactLimits & { globs: string[] };
}

/** What an agent gets each time it reports. `revoked` names leases it must stop at once. */
export interface MachineOrders {
  slots: number;
  provision: string | null;
  /** Whether tests run as a separate user, within limits, as far as the machine allows. */
  confine: boolean;
  revoked: string[];
  /** Services that each machine has, or sees, for itself: the agent counts their probes. */
  watch: WatchOrder[];
  // What follows is left out by an API before 0.3.
  /** How often each service that is watched now may be looked at while a test runs, in ms. */
  pace?: Record<string, number>;
  /** The grid's clock when it answered, as ISO time. */
  now?: string;
  /** The time that the next report names: it was made later. By the database's clock, ISO. */
  asOf?: string;
}

export interface WatchOrder {
  service: string;
  probe: ProbeConfig;
  everyMs: number;
  timeoutMs: number;
  policy: CountingPolicy;
}
