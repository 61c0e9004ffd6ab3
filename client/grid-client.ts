import type { gridView, queueView } from "../api/schemas/grid.js";
import type { z } from "zod";
import type {
  applyRequest,
  applyView,
  auditList,
  byRequest,
  drainRequest,
  exclusionList,
  exclusionMade,
  exclusionRequest,
  extendRequest,
  extendView,
  maintenanceRequest,
  outageRequest,
  overrideRequest,
  pausePreview,
  pauseRequest,
  pauseView,
  resumeRequest,
  signatureCheckRequest,
  signatureCheckView,
} from "../api/schemas/admin.js";
import type {
  mailList,
  newToken,
  preferenceRequest,
  preferenceView,
  tokenList,
  tokenRequest,
} from "../api/schemas/delivery.js";
import type { claimRequest, falseAlarmsView, rulingRequest } from "../api/schemas/doubts.js";
import type { downtimeView, outageList } from "../api/schemas/downtime.js";
import type { artifactList, attemptView } from "../api/schemas/results.js";
import type { jobList, jobView, submissionRequest, submissionView, whyView } from "../api/schemas/jobs.js";
import type { Requests } from "./requests.js";

export type Job = z.output<typeof jobView>;
export type JobList = z.output<typeof jobList>;
export type Submission = z.output<typeof submissionView>;
export type SubmissionRequest = z.input<typeof submissionRequest>;
export type Why = z.output<typeof whyView>;
export type Queue = z.output<typeof queueView>;
export type Grid = z.output<typeof gridView>;

export type Pause = z.output<typeof pauseView>;
export type Downtime = z.output<typeof downtimeView>;
export type FalseAlarms = z.output<typeof falseAlarmsView>;
export type OutageList = z.output<typeof outageList>;
export type Audit = z.output<typeof auditList>;
export type Mails = z.output<typeof mailList>;
export type PausePreview = z.output<typeof pausePreview>;
export interface Overridden {
  service: string;
  override: { state: "up" | "down"; reason: string; author: string; until: string } | null;
}

/** What people do with a grid, over its API. Errors are those of `Requests`. */
export interface GridClient {
  /** @param path the folder of the suite file within the source; its root if left out */
  upload(source: Buffer, path?: string): Promise<string>;
  submit(request: SubmissionRequest, idempotencyKey: string): Promise<Submission>;
  submission(submissionId: string): Promise<Submission>;
  cancelSubmission(submissionId: string): Promise<Submission>;
  jobs(filter: Record<string, string>): Promise<JobList>;
  job(jobId: string): Promise<Job>;
  why(jobId: string): Promise<Why>;
  log(jobId: string, attempt: number, offset: number): Promise<Buffer>;
  attempt(jobId: string, number: number): Promise<z.output<typeof attemptView>>;
  artifacts(jobId: string): Promise<z.output<typeof artifactList>>;
  artifact(jobId: string, attempt: number, path: string): Promise<Buffer>;
  cancel(jobId: string, by: string): Promise<Job>;
  /** Confirms a failure now that waits because many tests began to fail together. */
  skipWait(jobId: string): Promise<Job>;
  queue(): Promise<Queue>;
  grid(): Promise<Grid>;
  pauses(past: string): Promise<{ pauses: Pause[] }>;
  /** Returns when the gate obeys. */
  pause(request: z.input<typeof pauseRequest>): Promise<Pause>;
  previewPause(request: z.input<typeof pauseRequest>): Promise<PausePreview>;
  resume(request: z.input<typeof resumeRequest>): Promise<{ pauses: Pause[] }>;
  planMaintenance(request: z.input<typeof maintenanceRequest>): Promise<Pause>;
  cancelPause(pauseId: string, request: z.input<typeof byRequest>): Promise<Pause>;
  drain(machine: string, request: z.input<typeof drainRequest>): Promise<{ machine: string; draining: boolean }>;
  override(service: string, request: z.input<typeof overrideRequest>): Promise<Overridden>;
  endOverride(service: string, request: z.input<typeof byRequest>): Promise<Overridden>;
  recordOutage(request: z.input<typeof outageRequest>): Promise<{ outageId: string }>;
  claimNotMyCode(jobId: string, request: z.input<typeof claimRequest>): Promise<Job>;
  answerNotMyCode(jobId: string, request: z.input<typeof rulingRequest>): Promise<Job>;
  falseAlarms(times: Record<string, string>): Promise<FalseAlarms>;
  extend(jobId: string, request: z.input<typeof extendRequest>): Promise<z.output<typeof extendView>>;
  exclusions(): Promise<z.output<typeof exclusionList>>;
  exclude(request: z.input<typeof exclusionRequest>): Promise<z.output<typeof exclusionMade>>;
  endExclusion(exclusionId: string, request: z.input<typeof byRequest>): Promise<{ exclusionId: string }>;
  downtime(times: Record<string, string>): Promise<Downtime>;
  downtimeCsv(filter: Record<string, string>): Promise<string>;
  outages(filter: Record<string, string>): Promise<OutageList>;
  audit(filter: Record<string, string>): Promise<Audit>;
  checkSignatures(request: z.input<typeof signatureCheckRequest>): Promise<z.output<typeof signatureCheckView>>;
  rerun(jobId: string, idempotencyKey: string): Promise<Job>;
  mails(filter: Record<string, string>): Promise<Mails>;
  retryMail(mailId: string, by: string): Promise<{ mailId: number }>;
  tokens(): Promise<z.output<typeof tokenList>>;
  createToken(request: z.input<typeof tokenRequest>): Promise<z.output<typeof newToken>>;
  revokeToken(tokenId: string, by: string): Promise<{ tokenId: string; name: string }>;
  preference(address: string): Promise<z.output<typeof preferenceView>>;
  setPreference(address: string, request: z.input<typeof preferenceRequest>): Promise<z.output<typeof preferenceView>>;
  apply(request: z.input<typeof applyRequest>): Promise<z.output<typeof applyView>>;
}

export function createGridClient(requests: Requests): GridClient {
  const override = (service: string) => `/services/${encodeURIComponent(service)}/override`;
  const job = (jobId: string) => `/jobs/${encodeURIComponent(jobId)}`;
  return {
    upload: async (source, path = "") => {
      const query = path === "" ? "" : `?${new URLSearchParams({ path }).toString()}`;
      const answer = await requests.bytes("PUT", `/sources${query}`, source);
      return (JSON.parse(answer.toString("utf8")) as { sourceHash: string }).sourceHash;
    },
    submit: (request, idempotencyKey) =>
      requests.json("POST", "/submissions", request, { "idempotency-key": idempotencyKey }),
    submission: (submissionId) => requests.json("GET", `/submissions/${encodeURIComponent(submissionId)}`),
    cancelSubmission: (submissionId) =>
      requests.json("POST", `/submissions/${encodeURIComponent(submissionId)}/cancel`, {}),
    jobs: (filter) => requests.json("GET", `/jobs?${new URLSearchParams(filter).toString()}`),
    job: (jobId) => requests.json("GET", job(jobId)),
    why: (jobId) => requests.json("GET", `${job(jobId)}/why`),
    log: (jobId, attempt, offset) => requests.bytes("GET", `${job(jobId)}/log?attempt=${attempt}&offset=${offset}`),
    attempt: (jobId, number) => requests.json("GET", `${job(jobId)}/attempts/${number}`),
    artifacts: (jobId) => requests.json("GET", `${job(jobId)}/artifacts`),
    artifact: (jobId, attempt, path) =>
      requests.bytes("GET", `${job(jobId)}/artifacts/${attempt}/${path.split("/").map(encodeURIComponent).join("/")}`),
    cancel: (jobId, by) => requests.json("POST", `${job(jobId)}/cancel`, { by }),
    skipWait: (jobId) => requests.json("POST", `${job(jobId)}/skip-wait`, {}),
    queue: () => requests.json("GET", "/queue"),
    grid: () => requests.json("GET", "/grid"),
    pauses: (past) => requests.json("GET", `/pauses?past=${encodeURIComponent(past)}`),
    pause: (request) => requests.json("POST", "/pauses", request, { "idempotency-key": crypto.randomUUID() }),
    previewPause: (request) => requests.json("POST", "/pauses", request),
    resume: (request) => requests.json("POST", "/pauses/resume", request, { "idempotency-key": crypto.randomUUID() }),
    planMaintenance: (request) =>
      requests.json("POST", "/maintenance", request, { "idempotency-key": crypto.randomUUID() }),
    cancelPause: (pauseId, request) => requests.json("POST", `/pauses/${encodeURIComponent(pauseId)}/cancel`, request),
    drain: (machine, request) => requests.json("POST", `/machines/${encodeURIComponent(machine)}/drain`, request),
    override: (service, request) => requests.json("POST", override(service), request),
    endOverride: (service, request) => requests.json("DELETE", override(service), request),
    recordOutage: (request) => requests.json("POST", "/outages", request, { "idempotency-key": crypto.randomUUID() }),
    claimNotMyCode: (jobId, request) =>
      requests.json("POST", `${job(jobId)}/not-my-code`, request, { "idempotency-key": crypto.randomUUID() }),
    answerNotMyCode: (jobId, request) => requests.json("POST", `${job(jobId)}/not-my-code/answer`, request),
    falseAlarms: (times) => requests.json("GET", `/false-alarms?${new URLSearchParams(times).toString()}`),
    extend: (jobId, request) =>
      requests.json("POST", `${job(jobId)}/extend`, request, { "idempotency-key": crypto.randomUUID() }),
    exclusions: () => requests.json("GET", "/exclusions"),
    exclude: (request) => requests.json("POST", "/exclusions", request, { "idempotency-key": crypto.randomUUID() }),
    endExclusion: (exclusionId, request) =>
      requests.json("POST", `/exclusions/${encodeURIComponent(exclusionId)}/cancel`, request),
    downtime: (times) => requests.json("GET", `/downtime?${new URLSearchParams(times).toString()}`),
    downtimeCsv: async (filter) =>
      (
        await requests.bytes("GET", `/downtime?${new URLSearchParams({ ...filter, format: "csv" }).toString()}`)
      ).toString("utf8"),
    outages: (filter) => requests.json("GET", `/outages?${new URLSearchParams(filter).toString()}`),
    audit: (filter) => requests.json("GET", `/audit?${new URLSearchParams(filter).toString()}`),
    checkSignatures: (request) => requests.json("POST", "/signatures/check", request),
    rerun: (jobId, idempotencyKey) =>
      requests.json("POST", `${job(jobId)}/rerun`, {}, { "idempotency-key": idempotencyKey }),
    mails: (filter) => requests.json("GET", `/mails?${new URLSearchParams(filter).toString()}`),
    retryMail: (mailId, by) => requests.json("POST", `/mails/${encodeURIComponent(mailId)}/retry`, { by }),
    tokens: () => requests.json("GET", "/tokens"),
    createToken: (request) => requests.json("POST", "/tokens", request, { "idempotency-key": crypto.randomUUID() }),
    revokeToken: (tokenId, by) => requests.json("POST", `/tokens/${encodeURIComponent(tokenId)}/revoke`, { by }),
    preference: (address) => requests.json("GET", `/preferences/${encodeURIComponent(address)}`),
    setPreference: (address, request) => requests.json("PUT", `/preferences/${encodeURIComponent(address)}`, request),
    apply: (request) => requests.json("PUT", "/grid", request),
  };
}
