import { recordAudit } from "../../../db/access/audit.js";
import { readGridConfig } from "../../../db/grid/grid-config.js";
import { extendHold, readJobFacts } from "../../../db/jobs/jobs.js";
import { readBudget } from "../../../db/queue/hold-budget.js";
import { formatDuration } from "../../../domain/time/duration.js";
import type { BudgetState } from "../../../domain/holds/hold-budget.js";
import type { ControlDependencies } from "../dependencies.js";

export function createHoldBudget({ database }: ControlDependencies) {
  /** Returns the rest of a job's hold budget. */
  async function readHoldBudget({ jobId }: { jobId: string }): Promise<BudgetState> {
    return readBudget(database, await readJobFacts(database, jobId), await readGridConfig(database));
  }

  /** Gives a job more time, once for each order. Returns the new rest of the budget. */
  async function extendHoldBudget(extension: Extension): Promise<BudgetState> {
    const { jobId, byMs, by = "an update", reason = "", orderId = null } = extension;
    return database.transaction().execute(async (transaction) => {
      const detail = `by ${formatDuration(byMs)}${reason === "" ? "" : `: ${reason}`}`;
      const isNew = await recordAudit(transaction, by, "extend", `job:${jobId}`, detail, orderId);
      if (isNew) await extendHold(transaction, jobId, byMs);
      return readBudget(transaction, await readJobFacts(transaction, jobId), await readGridConfig(transaction));
    });
  }

  return { readHoldBudget, extendHoldBudget };
}

interface Extension {
  jobId: string;
  byMs: number;
  /** Fields that an earlier version did not have. */
  by?: string;
  reason?: string;
  orderId?: string;
}
