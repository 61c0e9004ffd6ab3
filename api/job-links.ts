import type { JobView } from "../db/job-views.js";
import { historyPage, jobPage, logPage, notMyCodePage } from "../mail/links.js";
import { jobWorkflowId } from "../workflows/messages.js";
import type { ApiDependencies } from "./dependencies.js";

type LinkSources = Pick<ApiDependencies, "publicUrl" | "temporalUi" | "namespace">;

/** A job with the addresses of its page, log and history. */
export function withLinks(job: JobView, { publicUrl, temporalUi, namespace }: LinkSources) {
  return {
    ...job,
    links: {
      page: jobPage(publicUrl, job.jobId),
      log: logPage(publicUrl, job.jobId),
      history: historyPage(temporalUi, namespace, jobWorkflowId(job.jobId)),
      notMyCode: job.verdict === "fail" && job.runsFor === null ? notMyCodePage(publicUrl, job.jobId) : null,
    },
  };
}
