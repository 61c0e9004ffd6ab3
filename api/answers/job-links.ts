import type { JobView } from "../../db/jobs/job-views.js";
import { historyUrl, jobUrl, logUrl, notMyCodeUrl } from "../../mail/page-urls.js";
import { jobWorkflowId } from "../../workflows/messages.js";
import type { ApiDependencies } from "../dependencies.js";

type LinkSources = Pick<ApiDependencies, "publicUrl" | "temporalUi" | "namespace">;

/** A job with the addresses of its page, log and history. */
export function withLinks({ codeGap: _codeGap, ...job }: JobView, { publicUrl, temporalUi, namespace }: LinkSources) {
  return {
    ...job,
    links: {
      page: jobUrl(publicUrl, job.jobId),
      log: logUrl(publicUrl, job.jobId),
      history: historyUrl(temporalUi, namespace, jobWorkflowId(job.jobId)),
      notMyCode: job.verdict === "fail" && job.runsFor === null ? notMyCodeUrl(publicUrl, job.jobId) : null,
    },
  };
}
