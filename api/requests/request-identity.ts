import { createHash } from "node:crypto";
import type { Request } from "express";
import { noteKey } from "../../db/access/request-keys.js";
import type { Database } from "../../db/connect.js";
import { tooManyOpen } from "../../db/jobs/start-turns.js";
import { findByIdempotencyKey } from "../../db/jobs/submissions.js";
import { caller } from "./caller.js";
import { traceOf } from "./trace-requests.js";
import { Problem } from "./problem.js";

/** Identifies a request that is sent twice. */
export interface RequestIdentity {
  submitter: string;
  idempotencyKey: string | null;
  requestHash: string;
  /** Its place in a trace; null for none. */
  traceparent: string | null;
}

export function identityOf(request: Request): RequestIdentity {
  const body = JSON.stringify(request.body ?? {});
  return {
    submitter: caller().tokenId,
    idempotencyKey: request.get("Idempotency-Key") ?? null,
    traceparent: traceOf(request),
    requestHash: createHash("sha256").update(`${request.method} ${request.path} ${body}`).digest("hex"),
  };
}

/**
 * The submission that the same request of the same token has created; undefined if there is none.
 * @throws Problem if the key was used for another request
 */
export async function findRepeated(
  database: Database,
  { submitter, idempotencyKey, requestHash }: RequestIdentity,
): Promise<string | undefined> {
  if (idempotencyKey === null) return undefined;
  const earlier = await findByIdempotencyKey(database, submitter, idempotencyKey);
  if (earlier === undefined) return undefined;
  if (earlier.requestHash !== null && earlier.requestHash !== requestHash) throw keyOfAnother();
  return earlier.submissionId;
}

/**
 * Records the key of a request that creates something. Submissions have their keys in their own table.
 * @throws Problem if the key was used for another request
 */
export async function assertSameRequest(database: Database, request: Request): Promise<void> {
  const { submitter, idempotencyKey, requestHash } = identityOf(request);
  if (idempotencyKey === null) return;
  if ((await noteKey(database, submitter, idempotencyKey, requestHash)) !== requestHash) throw keyOfAnother();
}

function keyOfAnother(): Problem {
  return new Problem("repeated-key", "this Idempotency-Key was used for another request; use a new one");
}

/** @param jobs how many would be open then @throws Problem if a token may not have so many */
export function assertOpenJobLimit(jobs: number, most: number): void {
  if (jobs > most) throw new Problem("too-many-jobs", tooManyOpen(jobs, most));
}
