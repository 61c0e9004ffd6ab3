import type { JobView } from "../../db/jobs/job-views.js";
import { historyUrl, jobUrl, logUrl, notMyCodeUrl } from "../../mail/page-urls.js";
import { jobWorkflowId } from "../../workflows/messages.js";
import type { ApiDependencies } from "../dependencies.js";

type LinkSources = Pick<ApiDependencies, "publicUrl" | "temporalUi" | "namespace">;

/** Adds the addresses of its page, log and history to a job. The job is changed in place, because copies of a long list take time. */
export function withLinks(job: JobView, { publicUrl, temporalUi, namespace }: LinkSources) {
  return Object.assign(job as Omit<JobView, "codeGap">, {
    codeGap: undefined,
    links: {
      page: jobUrl(publicUrl, job.jobId),
      log: logUrl(publicUrl, job.jobId),
      history: historyUrl(temporalUi, namespace, jobWorkflowId(job.jobId)),
      notMyCode: job.verdict === "fail" && job.runsFor === null ? notMyCodeUrl(publicUrl, job.jobId) : null,
    },
  });
}
