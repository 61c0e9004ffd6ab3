import type { ProbeConfig } from "./files/probe-config.js";
import type { CountingPolicy } from "./health.js";
import type { ArtifactLimits } from "./results/artifact-limits.js";
import type { ResultsSource } from "./results/source.js";
import type { Variant } from "./variant.js";

/** What an agent is told when it begins an attempt. */
export interface AttemptPlan {
  jobId: string;
  test: string;
  variant: Variant;
  sourceHash: string;
  command: string;
  prepare: string | null;
  build: string | null;
  timeoutMs: number;
  components: Record<string, string>;
  requirements: string[];
  /** Services that the test requires, but for those that it disturbs on purpose. */
  services: { name: string; probe: ProbeConfig; timeoutMs: number; fromMachine: boolean }[];
  logLimitBytes: number;
  results: ResultsSource;
  /** Globs of the files to keep, and how much of them. */
  artifacts: ArtifactLimits & { globs: string[] };
}

/** What an agent is told each time it reports. `revoked` names leases it must stop at once. */
export interface MachineOrders {
  slots: number;
  provision: string | null;
  revoked: string[];
  /** Services that each machine has, or sees, for itself: the agent counts their probes. */
  watch: WatchOrder[];
}

export interface WatchOrder {
  service: string;
  probe: ProbeConfig;
  everyMs: number;
  timeoutMs: number;
  policy: CountingPolicy;
}
