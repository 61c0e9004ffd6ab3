import type { z } from "zod";
import type {
  gridView,
  jobList,
  jobView,
  queueView,
  submissionRequest,
  submissionView,
  whyView,
} from "../api/schemas.js";
import type { Requests } from "./requests.js";

export type Job = z.output<typeof jobView>;
export type JobList = z.output<typeof jobList>;
export type Submission = z.output<typeof submissionView>;
export type SubmissionRequest = z.input<typeof submissionRequest>;
export type Why = z.output<typeof whyView>;
export type Queue = z.output<typeof queueView>;
export type Grid = z.output<typeof gridView>;

/** What people do with a grid, over its API. Errors are those of `Requests`. */
export interface GridClient {
  upload(source: Buffer): Promise<string>;
  submit(request: SubmissionRequest, idempotencyKey: string): Promise<Submission>;
  submission(submissionId: string): Promise<Submission>;
  cancelSubmission(submissionId: string): Promise<Submission>;
  jobs(filter: Record<string, string>): Promise<JobList>;
  job(jobId: string): Promise<Job>;
  why(jobId: string): Promise<Why>;
  log(jobId: string, attempt: number, offset: number): Promise<Buffer>;
  cancel(jobId: string, by: string): Promise<Job>;
  queue(): Promise<Queue>;
  grid(): Promise<Grid>;
}

export function createGridClient(requests: Requests): GridClient {
  const job = (jobId: string) => `/jobs/${encodeURIComponent(jobId)}`;
  return {
    upload: async (source) =>
      (JSON.parse((await requests.bytes("PUT", "/sources", source)).toString("utf8")) as { sourceHash: string })
        .sourceHash,
    submit: (request, idempotencyKey) =>
      requests.json("POST", "/submissions", request, { "idempotency-key": idempotencyKey }),
    submission: (submissionId) => requests.json("GET", `/submissions/${encodeURIComponent(submissionId)}`),
    cancelSubmission: (submissionId) =>
      requests.json("POST", `/submissions/${encodeURIComponent(submissionId)}/cancel`, {}),
    jobs: (filter) => requests.json("GET", `/jobs?${new URLSearchParams(filter).toString()}`),
    job: (jobId) => requests.json("GET", job(jobId)),
    why: (jobId) => requests.json("GET", `${job(jobId)}/why`),
    log: (jobId, attempt, offset) => requests.bytes("GET", `${job(jobId)}/log?attempt=${attempt}&offset=${offset}`),
    cancel: (jobId, by) => requests.json("POST", `${job(jobId)}/cancel`, { by }),
    queue: () => requests.json("GET", "/queue"),
    grid: () => requests.json("GET", "/grid"),
  };
}
