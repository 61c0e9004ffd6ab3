import { outcomeIn } from "../../../domain/verdict/environment/dirty-attempts.js";
import type { Queries } from "../../../db/connect.js";
import { readJobFacts } from "../../../db/jobs/jobs.js";
import { readServices } from "../../../db/services/services.js";
import { isControl } from "../../../domain/jobs/job-role.js";
import type { Attempt } from "../../../domain/verdict/attempt.js";
import { reviewEnvironment } from "./review-environment.js";

/**
 * A control or quiet window that passed shows that the environment works, but only if the environment was healthy during the
 * run. Otherwise the run is dirty, and the isolation trial starts again (docs/verdict.md, section 4). Other attempts that passed
 * need no healthy environment.
 */
export async function checkControlPass(queries: Queries, companion: string, attempt: Attempt): Promise<Attempt> {
  const job = await readJobFacts(queries, companion);
  if (!isControl(job.role) || attempt.outcome !== "passed") return attempt;
  const services = await readServices(queries);
  const { machine } = attempt;
  const { isClean, evidence } = await reviewEnvironment(queries, {
    job,
    report: attempt,
    machine,
    services,
    isProbed: false,
  });
  return { ...attempt, evidence: [...attempt.evidence, ...evidence], ...outcomeIn(isClean, attempt, true) };
}
