import type { Queries } from "../../../db/connect.js";
import type { JobFacts } from "../../../db/jobs/jobs.js";
import { outagesWithin } from "../../../db/services/outage-record.js";
import type { WatchedService } from "../../../db/services/services.js";
import { provingServices, textsOf } from "../../../domain/requirements/requirement.js";
import type { AttemptReport } from "../../../domain/verdict/attempt.js";
import type { ServiceProof } from "../../../domain/verdict/environment/service-proof.js";
import { byGridClock, proofTime } from "../../../domain/verdict/environment/proof-time.js";
import { type Cleanliness, judgeWindow, type WindowFacts } from "../../../domain/verdict/environment/cleanliness.js";
import { selfServices } from "../health/self-services.js";
import { gatherProof } from "./proof.js";

export interface EnvironmentReview extends Cleanliness {
  services: ServiceProof[];
  /** Whether nothing watched the services for some time. */
  hasGap: boolean;
  /** Whether Temporal was unreachable for some time. */
  wasTemporalDown: boolean;
}

export interface AttemptToReview {
  job: Pick<JobFacts, "requirements" | "definition">;
  report: AttemptReport;
  machine: string;
  /** All services as they are known now. */
  services: readonly WatchedService[];
  /** Whether to probe them once more; not within a transaction. */
  isProbed: boolean;
}

/**
 * Compares an attempt with all that the agent and the monitor know about its environment. Only this function decides whether an
 * attempt is clean.
 */
export async function reviewEnvironment(
  queries: Queries,
  { job, report, machine, services, isProbed }: AttemptToReview,
): Promise<EnvironmentReview> {
  const required = provingServices(textsOf(job.requirements), job.definition.disturbs);
  const window = windowOf(report);
  const attempt = byGridClock(window, window.from, report.endedAt);
  const own = await outagesWithin(queries, [selfServices.control, selfServices.temporal], machine, attempt);
  const gaps = own.filter(({ service }) => service === selfServices.control);
  const proof = await gatherProof(queries, { required, services, machine, attempt, gaps, isProbed });
  return {
    ...judgeWindow({ ...window, machine, services: proof }),
    services: proof,
    hasGap: gaps.length > 0,
    wasTemporalDown: own.length > gaps.length,
  };
}

/** The window, and what the attempt's agent saw in it. */
function windowOf(report: AttemptReport): Omit<WindowFacts, "machine" | "services"> {
  const { outcome, endedAt, watch } = report;
  // A result without a watch proves nothing. An attempt that never ran needs no watch.
  const none = outcome === "candidate" || outcome === "passed" || outcome === "skipped" ? [] : null;
  return { ...proofTime(report), endedAt, watch: watch ?? none };
}
