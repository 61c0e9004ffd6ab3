import type { Router } from "express";
import { readAttempt } from "../../db/jobs/attempts.js";
import { readJobFacts } from "../../db/jobs/jobs.js";
import type { Attempt } from "../../domain/verdict/attempt.js";
import type { ApiDependencies } from "../dependencies.js";
import { createEndpoints } from "../endpoint.js";
import { Problem } from "../requests/problem.js";
import type { attemptView } from "../schemas/results.js";
import type { z } from "zod";

export function attemptRoutes({ database, access }: ApiDependencies): Router {
  const { router, handle } = createEndpoints(access);

  handle("readAttempt", async ({ params: { jobId, number } }) => {
    await readJobFacts(database, jobId);
    const attempt = await readAttempt(database, jobId, number);
    if (attempt === undefined)
      throw new Problem("unknown-attempt", `job ${jobId} has no attempt ${number} that has ended`);
    return toView(attempt);
  });

  return router;
}

/** The fields of an attempt that people need, without those that only the verdict needs. */
function toView(attempt: Attempt): z.output<typeof attemptView> {
  const { failedAt = null, counts = null, subtests = [], claims = [] } = attempt;
  return {
    number: attempt.number,
    purpose: attempt.purpose,
    machine: attempt.machine,
    host: attempt.host,
    phase: attempt.phase,
    outcome: attempt.outcome,
    failureIdentifier: attempt.failureIdentifier,
    exitCode: attempt.exitCode,
    failing: attempt.failing,
    failedAt,
    counts,
    subtests,
    claims,
    startedAt: attempt.startedAt,
    testStartedAt: attempt.testStartedAt,
    endedAt: attempt.endedAt,
    evidence: attempt.evidence,
    components: attempt.components,
  };
}
