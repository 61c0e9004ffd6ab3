import express, { Router } from "express";
import { notMyCodePage } from "../../dashboard/not-my-code-page.js";
import { readFalseAlarms } from "../../db/reports/false-alarms.js";
import { readJobView } from "../../db/jobs/job-views.js";
import type { ApiDependencies } from "../dependencies.js";
import { createEndpoints } from "../endpoint.js";
import { caller } from "../requests/caller.js";
import { claimForm } from "../schemas/doubts.js";
import { askedInterval } from "../schemas/downtime.js";
import { withLinks } from "../answers/job-links.js";
import { answerNotMyCode, claimNotMyCode } from "../answers/not-my-code.js";

/** Alarms in doubt: claims, the answers to them, and the rate of false alarms. */
export function doubtRoutes(dependencies: ApiDependencies): Router {
  const { database, newId, access } = dependencies;
  const { router, handle } = createEndpoints(access);

  handle("claimNotMyCode", async ({ params: { jobId }, body: { why, name }, request }) => {
    const claimId = request.get("Idempotency-Key") ?? newId();
    const job = await claimNotMyCode(dependencies, { claimId, jobId, name: name || null, why });
    return withLinks(job, dependencies);
  });

  handle("answerNotMyCode", async ({ params: { jobId }, body }) =>
    withLinks(await answerNotMyCode(dependencies, jobId, body), dependencies),
  );

  handle("readFalseAlarms", async ({ query: { days, ...asked } }) => {
    const { from, to } = askedInterval(asked, days);
    return readFalseAlarms(database, from, to);
  });

  return router;
}

/** The page behind the link of a failure mail. Reading it changes nothing, since mail scanners follow links. */
export function notMyCodePageRoutes(dependencies: ApiDependencies): Router {
  const { database, newId, access } = dependencies;
  const router = Router();
  const form = express.urlencoded({ extended: false, limit: "20kb" });

  router.get("/jobs/:jobId/not-my-code", async (request, response) => {
    const job = await readJobView(database, request.params.jobId);
    response.type("html").send(notMyCodePage({ reader: caller(), job, claim: newId() }));
  });

  router.post("/jobs/:jobId/not-my-code", access.allow("submitter"), form, async (request, response) => {
    const jobId = String(request.params["jobId"]);
    const sent = claimForm.parse(request.body ?? {});
    await claimNotMyCode(dependencies, { claimId: sent.claim, jobId, name: sent.name || caller().name, why: sent.why });
    response.redirect(303, `/jobs/${encodeURIComponent(jobId)}`);
  });

  return router;
}
