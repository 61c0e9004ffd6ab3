import { readAttempts } from "../../../db/jobs/attempts.js";
import type { Queries } from "../../../db/connect.js";
import { readGridConfig } from "../../../db/grid/grid-config.js";
import type { JobFacts } from "../../../db/jobs/jobs.js";
import { type DoubtingOutage, outagesNear } from "../../../db/jobs/reverifications.js";
import { isOverruledUp, readServices } from "../../../db/services/services.js";
import type { FailureIdentifier } from "../../../domain/failures/failures.js";
import type { GridConfig } from "../../../domain/config/grid-file.js";
import { provingServices, textsOf } from "../../../domain/requirements/requirement.js";
import type { Attempt } from "../../../domain/verdict/attempt.js";
import {
  doubtfulRuns,
  provingRuns,
  type ReportedFailure,
  windowOf,
} from "../../../domain/verdict/reverification/late-outage.js";

/** An outage, and the runs of a failure whose environment it shows to have been unhealthy. */
export interface Doubt {
  outage: DoubtingOutage;
  runs: Attempt[];
}

/** All outages that put the proof of a failure in doubt, without those that were considered before. */
export async function doubtsOf(
  queries: Queries,
  job: JobFacts,
  failureIdentifier: FailureIdentifier | null,
): Promise<Doubt[]> {
  const failure = await failureOf(queries, job, failureIdentifier);
  const windows = provingRuns(failure).map(windowOf);
  if (windows.length === 0) return [];
  const config = await readGridConfig(queries);
  // A service that an admin has set to up is exempt, as in the review of a run.
  const overruled = new Set((await readServices(queries)).filter(isOverruledUp).map(({ name }) => name));
  const services = provingServices(failure.requirements, failure.disturbs).filter(
    (name) => canDoubt(config, name) && !overruled.has(name),
  );
  const span = {
    start: Math.min(...windows.map(({ start }) => start)),
    end: Math.max(...windows.map(({ end }) => end)),
  };
  return (await outagesNear(queries, job.jobId, services, span))
    .map((outage) => ({ outage, runs: doubtfulRuns(failure, outage) }))
    .filter(({ runs }) => runs.length > 0);
}

/** A failure and the attempts that prove it. */
export async function failureOf(
  queries: Queries,
  { jobId, requirements, definition }: JobFacts,
  failureIdentifier: FailureIdentifier | null,
): Promise<ReportedFailure> {
  return {
    failureIdentifier,
    requirements: textsOf(requirements),
    disturbs: definition.disturbs,
    attempts: await readAttempts(queries, jobId),
  };
}

/** Only services of this grid that may become worse than degraded put a failure in doubt. */
export function canDoubt({ services }: GridConfig, service: string): boolean {
  return services[service]?.severity === "down";
}
