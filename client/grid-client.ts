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
import { createCall } from "./call.js";
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
  /** Returns when the pause is in effect. */
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
  const call = createCall(requests);
  return {
    upload: async (source, path = "") => {
      const answer = await call.bytes("uploadSource", { query: path === "" ? {} : { path }, body: source });
      return (JSON.parse(answer.toString("utf8")) as { sourceHash: string }).sourceHash;
    },
    submit: (body, key) => call.json("submit", { body, key }),
    submission: (submissionId) => call.json("readSubmission", { params: { submissionId } }),
    cancelSubmission: (submissionId) => call.json("cancelSubmission", { params: { submissionId } }),
    jobs: (query) => call.json("listJobs", { query }),
    job: (jobId) => call.json("readJob", { params: { jobId } }),
    why: (jobId) => call.json("explainJob", { params: { jobId } }),
    log: (jobId, attempt, offset) =>
      call.bytes("readLog", { params: { jobId }, query: { attempt: String(attempt), offset: String(offset) } }),
    attempt: (jobId, number) => call.json("readAttempt", { params: { jobId, number: String(number) } }),
    artifacts: (jobId) => call.json("listArtifacts", { params: { jobId } }),
    artifact: (jobId, attempt, path) =>
      call.bytes("downloadArtifact", { params: { jobId, attempt: String(attempt), path } }),
    cancel: (jobId, by) => call.json("cancelJob", { params: { jobId }, body: { by } }),
    skipWait: (jobId) => call.json("skipWait", { params: { jobId } }),
    queue: () => call.json("readQueue", {}),
    grid: () => call.json("readGrid", {}),
    pauses: (past) => call.json("listPauses", { query: { past } }),
    pause: (body) => call.json("pause", { body }) as Promise<Pause>,
    previewPause: (body) => call.json("pause", { body }) as Promise<PausePreview>,
    resume: (body) => call.json("resume", { body }),
    planMaintenance: (body) => call.json("planMaintenance", { body }),
    cancelPause: (pauseId, body) => call.json("cancelPause", { params: { pauseId }, body }),
    drain: (machine, body) => call.json("drainMachine", { params: { machine }, body }),
    override: (service, body) => call.json("overrideService", { params: { service }, body }),
    endOverride: (service, body) => call.json("endOverride", { params: { service }, body }),
    recordOutage: (body) => call.json("recordOutage", { body }),
    claimNotMyCode: (jobId, body) => call.json("claimNotMyCode", { params: { jobId }, body }),
    answerNotMyCode: (jobId, body) => call.json("answerNotMyCode", { params: { jobId }, body }),
    falseAlarms: (query) => call.json("readFalseAlarms", { query }),
    extend: (jobId, body) => call.json("extendJob", { params: { jobId }, body }),
    exclusions: () => call.json("listExclusions", {}),
    exclude: (body) => call.json("exclude", { body }),
    endExclusion: (exclusionId, body) => call.json("endExclusion", { params: { exclusionId }, body }),
    downtime: (query) => call.json("readDowntime", { query }),
    downtimeCsv: async (query) =>
      (await call.bytes("readDowntime", { query: { ...query, format: "csv" } })).toString("utf8"),
    outages: (query) => call.json("listOutages", { query }),
    audit: (query) => call.json("listAudit", { query }),
    checkSignatures: (body) => call.json("checkSignatures", { body }),
    rerun: (jobId, key) => call.json("rerunJob", { params: { jobId }, key }),
    mails: (query) => call.json("listMails", { query }),
    retryMail: (mailId, by) => call.json("retryMail", { params: { mailId }, body: { by } }),
    tokens: () => call.json("listTokens", {}),
    createToken: (body) => call.json("createToken", { body }),
    revokeToken: (tokenId, by) => call.json("revokeToken", { params: { tokenId }, body: { by } }),
    preference: (address) => call.json("readPreference", { params: { address } }),
    setPreference: (address, body) => call.json("setPreference", { params: { address }, body }),
    apply: (body) => call.json("applyGridFile", { body }),
  };
}
