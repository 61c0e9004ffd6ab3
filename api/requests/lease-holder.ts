import type { Request } from "express";
import type { Database } from "../../db/connect.js";
import { type LeaseInUse, readLease, StaleLeaseError } from "../../db/queue/leases.js";
import { isSameSecret } from "../../source/same-secret.js";
import { caller } from "./caller.js";
import { Problem } from "./problem.js";

/** Header with the secret of an attempt, which only the agent that began it knows. */
export const attemptSecretHeader = "Holdfast-Attempt-Secret";

/** Lets agents report only for their own machine. @throws Problem */
export function assertOwnMachine(machine: string): void {
  const { role, machine: own } = caller();
  if (role === "agent" && own !== machine)
    throw new Problem(
      "not-yours",
      `this token is for ${own ?? "no machine; make one with --machine"}, not for ${machine}`,
    );
}

/**
 * The lease of a request, which must come from the agent that began its attempt.
 * @param attempt the attempt that the request names, if it names one
 * @param mayBeLate whether the request may come after the end of the lease
 * @throws Problem, StaleLeaseError
 */
export async function leaseOf(
  database: Database,
  request: Request,
  { attempt, mayBeLate = false }: { attempt?: number; mayBeLate?: boolean } = {},
): Promise<LeaseInUse> {
  const leaseId = String(request.params["leaseId"]);
  const lease = await readLease(database, leaseId);
  assertOwnMachine(lease.machine);
  if (lease.isReleased && !mayBeLate) throw new StaleLeaseError(`lease ${leaseId} has been released`);
  if (lease.attempt === null || (attempt !== undefined && attempt !== lease.attempt))
    throw new StaleLeaseError(`lease ${leaseId} is not for this attempt`);
  if (lease.secret !== null && !isSameSecret(request.get(attemptSecretHeader) ?? "", lease.secret))
    throw new Problem("wrong-secret", `this needs the secret of the attempt, in ${attemptSecretHeader}`);
  return lease;
}
