import type { Queries } from "../../../db/connect.js";
import type { JobFacts } from "../../../db/jobs/jobs.js";
import type { WatchedService } from "../../../db/services/services.js";
import { compareUse } from "../../../domain/requirements/service-use.js";
import type { AttemptReport, EvidenceLine } from "../../../domain/verdict/attempt.js";
import { usedServiceCheck } from "../../../domain/verdict/checks.js";
import { byGridClock, proofTime } from "../../../domain/verdict/environment/proof-time.js";
import { judgeService } from "../../../domain/verdict/environment/service-proof.js";
import { gatherProof } from "./proof.js";

/**
 * The health of services that a test used without requiring them. These notes decide nothing, because the job did not wait for
 * these services.
 */
export async function healthOfUsed(
  queries: Queries,
  job: Pick<JobFacts, "requirements" | "role">,
  report: AttemptReport,
  machine: string,
  services: readonly WatchedService[],
): Promise<EvidenceLine[]> {
  const watched = job.role.kind === "monitor" ? job.role.service : undefined;
  const use = report.use === undefined ? null : compareUse([report.use], job.requirements ?? [], watched);
  const required = (use?.notRequired ?? []).filter((name) => services.some((service) => service.name === name));
  if (required.length === 0) return [];
  const { endedAt } = report;
  const window = proofTime(report);
  const attempt = byGridClock(window, window.from, endedAt);
  const proof = await gatherProof(queries, { required, services, machine, attempt, gaps: [], isProbed: true });
  return proof.flatMap((service): EvidenceLine[] => {
    const note = (detail: string, at: string): EvidenceLine => ({
      check: usedServiceCheck(service.name),
      result: "note",
      detail: `the test does not require it: ${detail}`,
      at,
    });
    const lines = judgeService(service, attempt, endedAt);
    if (lines.length === 0) return [note("not watched from this machine for this test", endedAt)];
    return lines.map(({ result, detail, at }) => note(result === "bad" ? `it was down ${detail}` : detail, at));
  });
}
