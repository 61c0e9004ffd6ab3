import type { GridConfig } from "../../domain/config/grid-file.js";
import { type BudgetPolicy, type BudgetState, budgetLeft } from "../../domain/holds/hold-budget.js";
import type { Queries } from "../connect.js";
import type { JobFacts } from "../jobs/jobs.js";
import { countedTimes } from "./holds.js";

type Extended = Pick<JobFacts, "jobId" | "holdExtraMs">;

export function budgetPolicy({ holdExtraMs }: Extended, { hold }: GridConfig): BudgetPolicy {
  return { budgetMs: hold.budget + holdExtraMs, unsatisfiableMs: hold.unsatisfiable };
}

/** The rest of a job's hold budget, including its extensions. */
export async function readBudget(queries: Queries, job: Extended, config: GridConfig): Promise<BudgetState> {
  const { now, times } = await countedTimes(queries, job.jobId);
  return budgetLeft(times, now, budgetPolicy(job, config));
}
