import type { Database } from "../../db/connect.js";
import { submitterOf } from "../../db/jobs/submissions.js";
import { isOperator } from "../../domain/access/roles.js";
import { caller } from "./caller.js";
import { Problem } from "./problem.js";

/**
 * Lets submitters change only what they submitted or what their mail address owns.
 * @throws Problem
 */
export function assertOwn({ submitter, owner }: { submitter: string; owner: string }, what: string): void {
  const { role, tokenId, address } = caller();
  if (isOperator(role) || tokenId === submitter || isSameAddress(address, owner)) return;
  throw new Problem(
    "not-yours",
    `${what} was submitted with another token; its bearer, its owner or an operator may do this`,
  );
}

/** The same for a job. @throws Problem */
export async function assertOwnJob(database: Database, job: { jobId: string; owner: string }): Promise<void> {
  assertOwn({ submitter: await submitterOf(database, job.jobId), owner: job.owner }, `job ${job.jobId}`);
}

export function isSameAddress(one: string | null, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase();
}

/** Refuses a token for one project if it is used for another project. @throws Problem */
export function assertProject(project: string): void {
  const { project: only } = caller();
  if (only !== null && only !== project)
    throw new Problem("wrong-project", `this token is for the project ${only}, not for ${project}`);
}
