import { candidatesWithin, siblingsOf } from "../../../db/jobs/attempts.js";
import { lastPassing } from "../../../db/jobs/comparison-runs.js";
import type { Queries } from "../../../db/connect.js";
import type { JobFacts } from "../../../db/jobs/jobs.js";
import type { GridConfig } from "../../../domain/config/grid-file.js";
import { knownGoodOf } from "../../../domain/config/grid-tests.js";
import { servicesOf, textsOf } from "../../../domain/requirements/requirement.js";
import type { Attempt } from "../../../domain/verdict/attempt.js";

/**
 * Facts for the verdict besides the attempt itself: its baseline and control, and how many other candidates appeared with it.
 * @param disturbed what broke while it ran. Only a known-good test of that can show whether it breaks by itself
 */
export async function factsFor(
  queries: Queries,
  job: JobFacts,
  config: GridConfig,
  disturbed: readonly string[],
  run: { host: string; startedAt: string; endedAt: string },
): Promise<Required<Pick<Attempt, "baseline" | "control" | "crowded" | "siblings">>> {
  const siblings = await siblingsOf(queries, job, run);
  // A comparison run is not compared with anything itself.
  if (job.role.kind === "comparison") return { baseline: null, control: null, crowded: false, siblings };
  const { crowd } = config.verdict;
  const passing = await lastPassing(queries, job);
  const services = servicesOf(disturbed.length > 0 ? disturbed : textsOf(job.requirements));
  const control = services.find((name) => knownGoodOf(config.services[name]) !== undefined) ?? null;
  const { sources, tests } = await candidatesWithin(queries, crowd.within, job.jobId);
  const crowded = !job.skipsCrowd && sources >= crowd.sources && tests >= crowd.tests;
  return { baseline: passing?.jobId ?? null, control, crowded, siblings };
}
