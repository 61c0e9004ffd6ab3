import type { Queries } from "../../../db/connect.js";
import { readFailedAttempts, readLongestHolds } from "../../../db/mail/digest-details.js";
import type { DigestLine } from "../../../db/mail/notifications.js";
import { failureLine } from "../../../domain/mail/details/failure-line.js";
import type { DigestMail } from "../../../mail/digest.js";
import { jobUrl, notMyCodeUrl } from "../../../mail/page-urls.js";

/**
 * The lines of a digest with the main facts of each job. For a failure, they say what failed, where, and how to answer. For a
 * job without a result, they say what held it.
 * @param claims from this number on, claims that no probe confirms count as failures
 */
export async function describeLines(
  queries: Queries,
  lines: readonly DigestLine[],
  publicUrl: string,
  claims: number,
): Promise<(line: DigestLine) => DigestMail["lines"][number]> {
  const ended = (verdict: DigestLine["verdict"]) =>
    lines.filter((line) => line.verdict === verdict).map(({ jobId }) => jobId);
  const attempts = await readFailedAttempts(queries, ended("fail"));
  const holds = await readLongestHolds(queries, ended("abort"));
  return (line) => {
    const { jobId, test, variant, flaky, abortReason, failureIdentifier } = line;
    const base = { jobId, test, variant, link: jobUrl(publicUrl, jobId) };
    switch (line.verdict) {
      case "pass":
        return { ...base, verdict: "pass", flaky };
      case "abort":
        return {
          ...base,
          verdict: "abort",
          abortReason,
          failureIdentifier,
          heldLongest: holds.get(jobId) ?? null,
        };
      case "fail":
        return {
          ...base,
          verdict: "fail",
          failureIdentifier,
          ...failureLine(attempts.get(jobId) ?? [], claims),
          notMyCode: notMyCodeUrl(publicUrl, jobId),
        };
    }
  };
}
