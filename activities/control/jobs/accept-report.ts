import { recordAudit } from "../../../db/access/audit.js";
import { readAttemptSecret } from "../../../db/jobs/attempts.js";
import type { Queries } from "../../../db/connect.js";
import type { Attempt, AttemptReport } from "../../../domain/verdict/attempt.js";
import type { FinishedAttempt } from "../../../workflows/contracts.js";
import { isSealed } from "./report-seal.js";

/**
 * Whether a report counts: the API gave its agent the attempt, and only that agent can have made the report. Other reports
 * are recorded in the audit and not judged.
 */
export async function isFromItsAgent(
  queries: Queries,
  attempt: { jobId: string; number: number; leaseId: string; machine: string },
  report: AttemptReport | Attempt,
): Promise<boolean> {
  const { jobId, number, leaseId, machine } = attempt;
  const begun = await readAttemptSecret(queries, jobId, number, leaseId);
  // Attempts that began under an earlier version have no secret.
  if (begun !== undefined && (begun.secret === null || isSealed(report, begun.secret))) return true;
  const why = begun === undefined ? "that never began" : "that its agent did not make";
  await recordAudit(
    queries,
    "the grid",
    "ignored",
    `job:${jobId}`,
    `a report (${report.outcome}) of attempt ${number} on ${machine} ${why}`,
    `report ${leaseId}/${number}`,
  );
  return false;
}

/** Like `isFromItsAgent`, for a recorded attempt. Only passes come directly from an agent; others were reviewed. */
export async function isGenuine(
  queries: Queries,
  jobId: string,
  { leaseId, attempt }: FinishedAttempt,
): Promise<boolean> {
  const { number, machine, outcome } = attempt;
  return outcome !== "passed" || isFromItsAgent(queries, { jobId, number, leaseId, machine }, attempt);
}
