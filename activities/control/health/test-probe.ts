import { beginProbeJob, endProbeJob, readProbeRun, type WatchedService } from "../../../db/services/services.js";
import { readSuiteText } from "../../../db/jobs/sources.js";
import { insertJobs, insertSubmission } from "../../../db/jobs/submissions.js";
import { parseSuiteFile } from "../../../domain/config/suite-file.js";
import type { ProbeResult } from "../../../domain/health/health.js";
import { defineJobs } from "../../../domain/jobs/job-definition.js";
import { startJob } from "../../../workflows/starting.js";
import type { ControlDependencies } from "../dependencies.js";

/** Probes a service with a test. The test runs as a normal job, and its verdict is the result of the probe. */
export interface TestProbe {
  /** Starts the next run. Its id is in the database before it starts, so that no other watch starts one too. */
  begin(service: WatchedService): Promise<void>;
  /** The result of the run; undefined while it runs, null if it has none. */
  result(service: WatchedService): Promise<ProbeResult | null | undefined>;
}

export function createTestProbe({ database, client, newId }: ControlDependencies): TestProbe {
  async function begin({
    name,
    config: { probe, owner = "monitor@holdfast.localhost" },
  }: WatchedService): Promise<void> {
    if (!("test" in probe)) throw new Error(`service ${name} is not probed by a test`);
    const suite = parseSuiteFile((await readSuiteText(database, probe.sourceHash ?? "")) ?? "");
    const [definition] = defineJobs(suite.value, [probe.test]);
    if (definition === undefined) throw new Error(`the source of service ${name} has no test ${probe.test}`);
    const [submissionId, jobId] = [newId(), newId()];
    await database.transaction().execute(async (transaction) => {
      await insertSubmission(transaction, {
        submissionId,
        idempotencyKey: null,
        owner,
        project: "monitors",
        branch: "main",
        revision: probe.sourceHash ?? "",
        sourceKind: "upload",
        sourceUrl: null,
        sourceHash: probe.sourceHash ?? null,
        tests: [probe.test],
        tell: [],
        state: "expanded",
        origin: "monitor",
        monitors: name,
      });
      await insertJobs(transaction, submissionId, [{ jobId, definition }], "at once");
      if (!(await beginProbeJob(transaction, name, jobId))) throw new Error(`service ${name} is being watched already`);
    });
    // If Temporal does not answer now, the reconciler starts it.
    await startJob(client, { jobId, test: definition.test, owner }, { isProbe: true }).catch(() => undefined);
  }

  async function result({ name, probeJob }: WatchedService): Promise<ProbeResult | null | undefined> {
    const job = await readProbeRun(database, probeJob ?? "");
    if (job?.verdict === null) return undefined;
    await endProbeJob(database, name, probeJob ?? "");
    if (job === undefined || job.verdict === "abort") return null;
    const ok = job.verdict === "pass";
    const detail = `test ${job.test} ${ok ? "passed" : "did not pass"} on ${job.machine ?? "no machine"} (job ${probeJob})`;
    return { ok, at: job.at, detail };
  }

  return { begin, result };
}
