import { createHash } from "node:crypto";
import type { TraceParent } from "../domain/jobs/trace.js";

/** Ids of traces and spans. They are derived from ids of submissions and jobs, so every process can compute them. */

/** The trace of a submission: the one of the request, if it names one. */
export function traceIdOf(submissionId: string, parent: TraceParent | undefined): string {
  return parent?.traceId ?? hashOf(`submission ${submissionId}`, 32);
}

export function jobSpanId(jobId: string): string {
  return hashOf(`job ${jobId}`, 16);
}

export function attemptSpanId(jobId: string, attempt: number): string {
  return hashOf(`attempt ${jobId} ${attempt}`, 16);
}

function hashOf(text: string, digits: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, digits);
}
