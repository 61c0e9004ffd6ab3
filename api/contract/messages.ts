import { z } from "zod";
import { mailAddress } from "../../domain/config/fields.js";
import {
  applyRequest,
  applyView,
  auditFilter,
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
  outageRecorded,
  overriddenView,
  overrideRequest,
  pauseFilter,
  pauseList,
  pausePreview,
  pauseRequest,
  pauseView,
  resumeRequest,
  signatureCheckRequest,
  signatureCheckView,
} from "../schemas/admin.js";
import { artifactDeclaration, artifactPiece, attemptStart, logPiece, machineReport } from "../schemas/agents.js";
import {
  mailFilter,
  mailList,
  newToken,
  postponed,
  postponeRequest,
  preferenceRequest,
  preferenceView,
  revokeRequest,
  tokenList,
  tokenRequest,
} from "../schemas/delivery.js";
import { claimRequest, falseAlarmsView, rulingRequest } from "../schemas/doubts.js";
import { downtimeFilter, downtimePageFilter, downtimeView, outageFilter, outageList } from "../schemas/downtime.js";
import { gridView, machineAnswer, queueView, serviceAnswer } from "../schemas/grid.js";
import {
  cancelRequest,
  jobList,
  jobView,
  submissionRequest,
  submissionView,
  uploadQuery,
  whyView,
} from "../schemas/jobs.js";
import { badgeFilter, eventFilter, exportFilter, exportView } from "../schemas/events.js";
import { readinessView, sessionView, signInLinkView } from "../schemas/access.js";
import { artifactList, attemptView, failureList } from "../schemas/results.js";
import { runFilter, runList, statisticsFilter, statisticsView } from "../schemas/statistics.js";
import { attemptNumber, jobFilter, logQuery } from "../schemas/job-filters.js";
import { deliveryFilter, deliveryList, newWebhook, webhookList, webhookRequest } from "../schemas/webhooks.js";
import { newTrigger, triggeredView, triggerList, triggerRequest } from "../schemas/triggers.js";
import { submissionFilter, submissionList } from "../schemas/submission-list.js";
import { secretList, secretParams, secretRequest, secretView } from "../schemas/secrets.js";
import type { RouteName } from "./routes.js";

/** A body that is not JSON. It is streamed to the handler, or read into memory up to 1 MiB. */
export interface RawBody {
  mediaType: string;
  isStreamed: boolean;
}

/** What a route takes and returns. A string is the media type of an answer that is not JSON; `null` means no content. */
export interface Messages {
  params?: z.ZodObject;
  query?: z.ZodType;
  body?: z.ZodType | RawBody;
  answer: z.ZodType | string | null;
}

const bytes = "application/octet-stream";
const eventStream = "text/event-stream";
const jsonSchema = "application/schema+json";
const byAddress = z.object({ address: mailAddress });
const ignored = z.unknown();
const number = z.coerce.number().int();

/** The messages of every route. */
export const messages = {
  uploadSource: {
    query: uploadQuery,
    body: { mediaType: "application/gzip", isStreamed: true as const },
    answer: z.object({ sourceHash: z.string() }),
  },
  downloadSource: { answer: "application/gzip" },
  submit: { body: submissionRequest, answer: submissionView },
  listSubmissions: { query: submissionFilter, answer: submissionList },
  readSubmission: { answer: submissionView },
  cancelSubmission: { body: ignored, answer: submissionView },
  listJobs: { query: jobFilter, answer: jobList },
  readJob: { answer: jobView },
  explainJob: { answer: whyView },
  readLog: { query: logQuery, answer: "text/plain" },
  readAttempt: { params: z.object({ jobId: z.string(), number: attemptNumber }), answer: attemptView },
  listArtifacts: { answer: artifactList },
  downloadArtifact: { params: z.object({ jobId: z.string(), attempt: number, path: z.string() }), answer: bytes },
  cancelJob: { body: cancelRequest, answer: jobView },
  skipWait: { body: ignored, answer: jobView },
  rerunJob: { body: ignored, answer: jobView },
  claimNotMyCode: { body: claimRequest, answer: jobView },
  answerNotMyCode: { body: rulingRequest, answer: jobView },
  extendJob: { body: extendRequest, answer: extendView },
  postponeMail: { body: postponeRequest, answer: postponed },
  followGrid: { query: eventFilter, answer: eventStream },
  followSubmission: { answer: eventStream },
  followJob: { answer: eventStream },
  followLog: { query: logQuery, answer: eventStream },
  exportSubmission: { query: exportFilter, answer: exportView },
  readBadge: { query: badgeFilter, answer: "image/svg+xml" },
  readMetrics: { answer: "text/plain" },
  readQueue: { answer: queueView },
  readGrid: { answer: gridView },
  listServices: { answer: gridView.pick({ services: true }) },
  listMachines: { answer: gridView.pick({ machines: true }) },
  readService: { answer: serviceAnswer },
  readMachine: { answer: machineAnswer },
  listFailures: { answer: failureList },
  readGridSchema: { answer: jsonSchema },
  readSuiteSchema: { answer: jsonSchema },
  listPauses: { query: pauseFilter, answer: pauseList },
  pause: { body: pauseRequest, answer: z.union([pauseView, pausePreview]) },
  resume: { body: resumeRequest, answer: pauseList },
  cancelPause: { body: byRequest, answer: pauseView },
  planMaintenance: { body: maintenanceRequest, answer: pauseView },
  overrideService: { body: overrideRequest, answer: overriddenView },
  endOverride: { body: byRequest, answer: overriddenView },
  drainMachine: { body: drainRequest, answer: z.object({ machine: z.string(), draining: z.boolean() }) },
  recordOutage: { body: outageRequest, answer: outageRecorded },
  applyGridFile: { body: applyRequest, answer: applyView },
  checkSignatures: { body: signatureCheckRequest, answer: signatureCheckView },
  listExclusions: { answer: exclusionList },
  exclude: { body: exclusionRequest, answer: exclusionMade },
  endExclusion: { body: byRequest, answer: z.object({ exclusionId: z.string() }) },
  listRuns: { query: runFilter, answer: runList },
  readStatistics: { query: statisticsFilter, answer: statisticsView },
  readDowntime: { query: downtimeFilter, answer: downtimeView },
  listOutages: { query: outageFilter, answer: outageList },
  readFalseAlarms: { query: downtimePageFilter, answer: falseAlarmsView },
  listAudit: { query: auditFilter, answer: auditList },
  listMails: { query: mailFilter, answer: mailList },
  retryMail: {
    params: z.object({ mailId: number }),
    body: revokeRequest,
    answer: z.object({ mailId: z.int() }),
  },
  listWebhooks: { answer: webhookList },
  createWebhook: { body: webhookRequest, answer: newWebhook },
  deleteWebhook: { answer: z.object({ webhookId: z.string(), url: z.string() }) },
  listDeliveries: { query: deliveryFilter, answer: deliveryList },
  retryDelivery: { body: ignored, answer: z.object({ deliveryId: z.string() }) },
  listTriggers: { answer: triggerList },
  createTrigger: { body: triggerRequest, answer: newTrigger },
  deleteTrigger: { answer: newTrigger.omit({ secret: true }) },
  runTrigger: { body: ignored, answer: triggeredView },
  readPreference: { params: byAddress, answer: preferenceView },
  setPreference: { params: byAddress, body: preferenceRequest, answer: preferenceView },
  readHealth: { answer: z.object({ health: z.literal("up") }) },
  readReadiness: { answer: readinessView },
  readSession: { answer: sessionView },
  createSignInLink: { body: ignored, answer: signInLinkView },
  listTokens: { answer: tokenList },
  createToken: { body: tokenRequest, answer: newToken },
  revokeToken: { body: revokeRequest, answer: z.object({ tokenId: z.string(), name: z.string() }) },
  listSecrets: { answer: secretList },
  setSecret: { params: secretParams, body: secretRequest, answer: secretView },
  deleteSecret: { answer: secretView },
  reportMachine: { body: machineReport, answer: z.looseObject({}) },
  startAttempt: { body: attemptStart, answer: z.looseObject({}) },
  enterTest: { body: ignored, answer: z.object({}) },
  appendLog: { query: logPiece, body: { mediaType: bytes, isStreamed: false as const }, answer: null },
  declareArtifacts: { body: artifactDeclaration, answer: null },
  appendArtifact: { query: artifactPiece, body: { mediaType: bytes, isStreamed: false as const }, answer: null },
} satisfies Record<RouteName, Messages>;
