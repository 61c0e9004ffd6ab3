import { Router } from "express";
import { gridPage } from "../../dashboard/grid-page.js";
import { machinePage } from "../../dashboard/machine-page.js";
import { servicePage } from "../../dashboard/service-page.js";
import { jobPage } from "../../dashboard/job-page.js";
import { submissionsPage } from "../../dashboard/submissions-page.js";
import { submissionPage } from "../../dashboard/submission-page.js";
import { previewPage } from "../../dashboard/preview-page.js";
import { readArtifacts } from "../../db/jobs/artifacts.js";
import { readAttempt } from "../../db/jobs/attempts.js";
import { type JobView, readJobView, readJobViews, readQueue, shownAttempt } from "../../db/jobs/job-views.js";
import { previewPause } from "../../db/queue/pause-preview.js";
import { isScopeText, parseScope, scopeForms } from "../../domain/holds/pause.js";
import { readHistoryKey, readRuns } from "../../db/jobs/job-story.js";
import { readGridView } from "../../db/grid/grid-view.js";
import { readLogTail } from "../../db/jobs/logs.js";
import { readSubmission } from "../../db/jobs/submissions.js";
import { countJobsOf, readOpenSubmissions, readSubmissionLines } from "../../db/jobs/submission-lists.js";
import { answerWhy } from "../answers/answer-why.js";
import type { ApiDependencies } from "../dependencies.js";
import { z } from "zod";
import { readOverview } from "../answers/grid-overview.js";
import { readMachineAnswer, readServiceAnswer } from "../answers/grid-parts.js";
import { withLink } from "../answers/artifact-links.js";
import { nextKey } from "../answers/next-page.js";
import { submissionFilter } from "../schemas/submission-list.js";
import { shared } from "../answers/shared.js";
import { withLinks } from "../answers/job-links.js";
import { caller } from "../requests/caller.js";
import { Problem } from "../requests/problem.js";

const jobsShown = 50;
const classesShown = 20;
const runsShown = 20;
const outagesShown = 30;
const logTailBytes = 20_000;
const freshMs = 1_000;

/** The pages for people. They show only what the API says. */
export function pageRoutes(dependencies: ApiDependencies): Router {
  const { database, listOutages } = dependencies;
  const router = Router();
  // Every open page reloads after a change, so all pages share one answer.
  const whole = shared(freshMs, async () => readGridPage(null));

  router.get("/", async (_request, response) => {
    const reader = caller();
    const grid = await (reader.project === null ? whole() : readGridPage(reader.project));
    response.type("html").send(gridPage({ reader, ...grid }));
  });

  /** @param project whose jobs are shown; null for all projects */
  async function readGridPage(project: string | null) {
    const [overview, submissions, queue, jobs] = await Promise.all([
      readOverview(database, project),
      project === null ? readOpenSubmissions(database, classesShown) : [],
      project === null ? readQueue(database, classesShown) : [],
      readJobViews(database, { project: project ?? undefined, limit: jobsShown }),
    ]);
    return { ...overview, submissions, queue, jobs };
  }

  router.get("/services/:service", async (request, response) => {
    const reader = caller();
    const { project } = reader;
    const name = request.params.service;
    const service = await readServiceAnswer(database, name, project);
    const [outages, held] = await Promise.all([
      listOutages({ service: name, limit: outagesShown }),
      readJobViews(database, { heldBy: name, service: name, project: project ?? undefined, limit: jobsShown }),
    ]);
    response.type("html").send(servicePage({ reader, ...service, outages, held }));
  });

  router.get("/machines/:machine", async (request, response) => {
    const reader = caller();
    const { project } = reader;
    const name = request.params.machine;
    const machine = await readMachineAnswer(database, name, project);
    const recent = await readJobViews(database, { machine: name, project: project ?? undefined, limit: jobsShown });
    response.type("html").send(machinePage({ reader, ...machine, recent }));
  });

  router.get("/pauses/preview", async (request, response) => {
    const scope = z.string().refine(isScopeText, scopeForms).parse(request.query["scope"]);
    const wanted = parseScope(scope);
    const { pauses } = await readGridView(database);
    const isPaused = pauses.some(
      (pause) => pause.kind === "pause" && pause.scope === wanted.scope && pause.name === wanted.name,
    );
    const preview = await previewPause(database, wanted);
    response.type("html").send(previewPage({ reader: caller(), isPaused, ...preview }));
  });

  router.get("/jobs/:jobId", async (request, response) => {
    const job = await readJobView(database, request.params.jobId);
    const why = await answerWhy(database, job);
    const runs = (await readRuns(database, await readHistoryKey(database, job.jobId), job.jobId, runsShown)).reverse();
    const tail = await readLogTail(database, job.jobId, shownAttempt(job), logTailBytes);
    response.type("html").send(
      jobPage({
        reader: caller(),
        now: new Date().toISOString(),
        shownAttempt: shownAttempt(job),
        job: withLinks(job, dependencies),
        runs,
        why,
        logTail: tail.toString("utf8"),
        results: await shownResults(job),
        artifacts: (await readArtifacts(database, job.jobId)).map((artifact) => withLink(artifact, job, dependencies)),
      }),
    );
  });

  router.get("/submissions", async (request, response) => {
    const reader = caller();
    const { project, address } = reader;
    // An empty field of the form is not a filter.
    const given = Object.entries(request.query).filter(([, value]) => value !== "");
    const filter = submissionFilter.parse(Object.fromEntries(given));
    const submissions = await readSubmissionLines(database, { ...filter, project: project ?? filter.project });
    const next = nextKey(submissions, filter.limit, ({ submissionId }) => submissionId);
    response.type("html").send(submissionsPage({ reader, address, filter, submissions, next }));
  });

  router.get("/submissions/:submissionId", async (request, response) => {
    const submissionId = request.params.submissionId;
    const submission = await readSubmission(database, submissionId);
    if (submission === undefined) throw new Problem("unknown-submission", `there is no submission ${submissionId}`);
    const [counts, failed, held, last] = await Promise.all([
      countJobsOf(database, submissionId),
      readJobViews(database, { submission: submissionId, verdict: "fail", limit: jobsShown }),
      readJobViews(database, { submission: submissionId, state: "held", limit: jobsShown }),
      readJobViews(database, { submission: submissionId, limit: 2 * jobsShown }),
    ]);
    const jobs = [...new Map([...failed, ...held, ...last].map((job) => [job.jobId, job])).values()];
    const { state, reason } = submission;
    response.type("html").send(submissionPage({ reader: caller(), submissionId, state, reason, ...counts, jobs }));
  });

  /** The subtests to show. A job that passed shows none, even if one of its attempts reported failed subtests. */
  async function shownResults({ jobId, verdict, attempts }: JobView) {
    const last = attempts.findLast(
      ({ outcome, companion }) => companion === null && outcome !== null && outcome !== "passed",
    );
    const attempt =
      last === undefined || verdict === "pass" ? undefined : await readAttempt(database, jobId, last.number);
    return attempt === undefined
      ? null
      : { attempt: attempt.number, subtests: attempt.subtests ?? [], counts: attempt.counts ?? null };
  }

  return router;
}
