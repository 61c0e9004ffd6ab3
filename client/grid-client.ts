import type { RouteName } from "../api/contract/routes.js";
import type { Answer, ClientRequest } from "../api/contract/shapes.js";
import { createCall } from "./call.js";
import type { Requests } from "./requests.js";

type Body<K extends RouteName> = ClientRequest<K>["body"];
type Filter = Record<string, string>;

export type Job = Answer<"readJob">;
export type Submission = Answer<"readSubmission">;
export type SubmissionRequest = Body<"submit">;
export type Why = Answer<"explainJob">;
export type Grid = Answer<"readGrid">;
export type Pause = Answer<"cancelPause">;
export type PausePreview = Exclude<Answer<"pause">, Pause>;
export type Downtime = Answer<"readDowntime">;
export type FalseAlarms = Answer<"readFalseAlarms">;
export type OutageList = Answer<"listOutages">;
export type Audit = Answer<"listAudit">;
export type Mails = Answer<"listMails">;

export type GridClient = ReturnType<typeof createGridClient>;

/** The operations that the API offers to people. Throws the errors of `Requests`. */
export function createGridClient(requests: Requests) {
  const call = createCall(requests);
  return {
    /** Returns the hash of the source. @param path the folder of the suite file within the source; the default is its root */
    upload: async (source: Uint8Array, path = "") => {
      const answer = await call.bytes("uploadSource", { query: path === "" ? {} : { path }, body: source });
      return (JSON.parse(answer.toString("utf8")) as { sourceHash: string }).sourceHash;
    },
    submit: (body: Body<"submit">, key: string) => call.json("submit", { body, key }),
    submissions: (query: Filter) => call.json("listSubmissions", { query }),
    submission: (submissionId: string) => call.json("readSubmission", { params: { submissionId } }),
    results: (submissionId: string) => call.json("exportSubmission", { params: { submissionId } }),
    resultsAsJUnit: async (submissionId: string) =>
      (await call.bytes("exportSubmission", { params: { submissionId }, query: { format: "junit" } })).toString("utf8"),
    cancelSubmission: (submissionId: string) => call.json("cancelSubmission", { params: { submissionId } }),
    jobs: (query: Filter) => call.json("listJobs", { query }),
    job: (jobId: string) => call.json("readJob", { params: { jobId } }),
    why: (jobId: string) => call.json("explainJob", { params: { jobId } }),
    log: (jobId: string, attempt: number, offset: number) =>
      call.bytes("readLog", { params: { jobId }, query: { attempt: String(attempt), offset: String(offset) } }),
    attempt: (jobId: string, number: number) => call.json("readAttempt", { params: { jobId, number: String(number) } }),
    artifacts: (jobId: string) => call.json("listArtifacts", { params: { jobId } }),
    artifact: (jobId: string, attempt: number, path: string) =>
      call.bytes("downloadArtifact", { params: { jobId, attempt: String(attempt), path } }),
    cancel: (jobId: string, by: string) => call.json("cancelJob", { params: { jobId }, body: { by } }),
    /** Confirms a failure now. Without this call it waits, because many tests began to fail together. */
    skipWait: (jobId: string) => call.json("skipWait", { params: { jobId } }),
    queue: () => call.json("readQueue", {}),
    grid: () => call.json("readGrid", {}),
    service: (service: string) => call.json("readService", { params: { service } }),
    machine: (machine: string) => call.json("readMachine", { params: { machine } }),
    pauses: (past: string) => call.json("listPauses", { query: { past } }),
    /** Returns when the pause is in effect. */
    pause: (body: Body<"pause">) => call.json("pause", { body }) as Promise<Pause>,
    previewPause: (body: Body<"pause">) => call.json("pause", { body }) as Promise<PausePreview>,
    resume: (body: Body<"resume">) => call.json("resume", { body }),
    planMaintenance: (body: Body<"planMaintenance">) => call.json("planMaintenance", { body }),
    cancelPause: (pauseId: string, body: Body<"cancelPause">) =>
      call.json("cancelPause", { params: { pauseId }, body }),
    drain: (machine: string, body: Body<"drainMachine">) => call.json("drainMachine", { params: { machine }, body }),
    override: (service: string, body: Body<"overrideService">) =>
      call.json("overrideService", { params: { service }, body }),
    endOverride: (service: string, body: Body<"endOverride">) =>
      call.json("endOverride", { params: { service }, body }),
    recordOutage: (body: Body<"recordOutage">) => call.json("recordOutage", { body }),
    claimNotMyCode: (jobId: string, body: Body<"claimNotMyCode">) =>
      call.json("claimNotMyCode", { params: { jobId }, body }),
    answerNotMyCode: (jobId: string, body: Body<"answerNotMyCode">) =>
      call.json("answerNotMyCode", { params: { jobId }, body }),
    falseAlarms: (query: Filter) => call.json("readFalseAlarms", { query }),
    extend: (jobId: string, body: Body<"extendJob">) => call.json("extendJob", { params: { jobId }, body }),
    postponeMail: (jobId: string, body: Body<"postponeMail">) => call.json("postponeMail", { params: { jobId }, body }),
    exclusions: () => call.json("listExclusions", {}),
    exclude: (body: Body<"exclude">) => call.json("exclude", { body }),
    endExclusion: (exclusionId: string, body: Body<"endExclusion">) =>
      call.json("endExclusion", { params: { exclusionId }, body }),
    triggers: () => call.json("listTriggers", {}),
    createTrigger: (body: Body<"createTrigger">) => call.json("createTrigger", { body }),
    deleteTrigger: (triggerId: string) => call.json("deleteTrigger", { params: { triggerId } }),
    runTrigger: (triggerId: string) => call.json("runTrigger", { params: { triggerId } }),
    runs: (query: Filter) => call.json("listRuns", { query }),
    statistics: (query: Filter) => call.json("readStatistics", { query }),
    downtime: (query: Filter) => call.json("readDowntime", { query }),
    downtimeCsv: async (query: Filter) =>
      (await call.bytes("readDowntime", { query: { ...query, format: "csv" } })).toString("utf8"),
    outages: (query: Filter) => call.json("listOutages", { query }),
    audit: (query: Filter) => call.json("listAudit", { query }),
    checkSignatures: (body: Body<"checkSignatures">) => call.json("checkSignatures", { body }),
    rerun: (jobId: string, key: string) => call.json("rerunJob", { params: { jobId }, key }),
    mails: (query: Filter) => call.json("listMails", { query }),
    retryMail: (mailId: string, by: string) => call.json("retryMail", { params: { mailId }, body: { by } }),
    session: () => call.json("readSession", {}),
    /** A link that signs a browser in once, on the machine of the grid. */
    signInLink: () => call.json("createSignInLink", {}),
    webhooks: () => call.json("listWebhooks", {}),
    createWebhook: (body: Body<"createWebhook">) => call.json("createWebhook", { body }),
    deleteWebhook: (webhookId: string) => call.json("deleteWebhook", { params: { webhookId } }),
    deliveries: (webhookId: string) => call.json("listDeliveries", { params: { webhookId } }),
    retryDelivery: (webhookId: string, deliveryId: string) =>
      call.json("retryDelivery", { params: { webhookId, deliveryId } }),
    tokens: () => call.json("listTokens", {}),
    createToken: (body: Body<"createToken">) => call.json("createToken", { body }),
    revokeToken: (tokenId: string, by: string) => call.json("revokeToken", { params: { tokenId }, body: { by } }),
    secrets: () => call.json("listSecrets", {}),
    setSecret: (project: string, name: string, value: string, by: string) =>
      call.json("setSecret", { params: { project, name }, body: { value, by } }),
    deleteSecret: (project: string, name: string) => call.json("deleteSecret", { params: { project, name } }),
    preference: (address: string) => call.json("readPreference", { params: { address } }),
    setPreference: (address: string, body: Body<"setPreference">) =>
      call.json("setPreference", { params: { address }, body }),
    apply: (body: Body<"applyGridFile">) => call.json("applyGridFile", { body }),
  };
}
