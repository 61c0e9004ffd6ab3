import type { Database } from "../../../db/connect.js";
import { readJobTrace } from "../../../db/jobs/job-trace.js";
import { parseTraceParent, type SpanSink } from "../../../domain/jobs/trace.js";
import { attemptSpanId, jobSpanId, traceIdOf } from "../../../source/trace-ids.js";
import { testTitle } from "../../../domain/jobs/variant.js";

/**
 * Records the spans of a job that has ended. The job is below the request that submitted it, and its holds and attempts are
 * below the job. A second call records the same spans again. Agents record what happens within an attempt.
 */
export async function traceJob(database: Database, tracing: SpanSink, jobId: string): Promise<void> {
  const job = await readJobTrace(database, jobId);
  if (job === undefined) return;
  const { submissionId, test, variant, project, verdict, failureIdentifier } = job;
  const parent = parseTraceParent(job.traceparent);
  const traceId = traceIdOf(submissionId, parent);
  const parentId = jobSpanId(jobId);
  const ended = Date.parse(job.finishedAt);
  const end = (time: string | null) => (time === null ? ended : Math.min(ended, Date.parse(time)));
  const identifier = failureIdentifier === null ? {} : { "holdfast.failure": failureIdentifier };
  tracing.note({
    traceId,
    spanId: parentId,
    parentId: parent?.spanId,
    name: `job ${testTitle(test, variant)}`,
    from: Date.parse(job.submittedAt),
    to: ended,
    attributes: { "holdfast.job": jobId, "holdfast.project": project, "holdfast.verdict": verdict, ...identifier },
    error: verdict === "fail" ? (failureIdentifier ?? "failed") : undefined,
  });
  for (const { reason, service, since, until } of job.holds)
    tracing.note({
      traceId,
      parentId,
      name: `held: ${service ?? reason}`,
      from: Date.parse(since),
      to: end(until),
      attributes: { "holdfast.reason": reason },
    });
  for (const { number, purpose, machine, outcome, startedAt, endedAt, failureIdentifier: failure } of job.attempts)
    tracing.note({
      traceId,
      spanId: attemptSpanId(jobId, number),
      parentId,
      name: `attempt ${number} on ${machine}`,
      from: Date.parse(startedAt),
      to: end(endedAt),
      attributes: {
        "holdfast.machine": machine,
        "holdfast.purpose": purpose,
        "holdfast.outcome": outcome ?? "stopped",
        ...(failure === null ? {} : { "holdfast.failure": failure }),
      },
    });
}
