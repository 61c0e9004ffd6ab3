import { defineQuery, defineSignal, defineUpdate } from "@temporalio/workflow";
import type { BudgetState } from "../domain/holds/hold-budget.js";
import type { HoldReason } from "../domain/matching/machine-availability.js";
import type { JournalBatch } from "../domain/recovery/journal.js";
import type { Attempt } from "../domain/verdict/attempt.js";
import type { JobState } from "../domain/states.js";

/** Task queues. */
export const controlQueue = "control";
export const monitorQueue = "monitor";
/** Reading code and fetching sources take a long time. Each has its own queue, so that it delays nothing else. */
export const analysisQueue = "analysis";
export const fetchQueue = "fetch";
export const machineQueue = (machine: string): string => `machine/${machine}`;

/** Workflow ids, and how to read them. The comparison run `<id>.baseline.1` has the workflow id `job/<id>/baseline/1`. */
export const jobWorkflowId = (jobId: string): string => `job/${jobId.replaceAll(".", "/")}`;
export const jobIdOf = (workflowId: string): string => workflowId.slice("job/".length).replaceAll("/", ".");
export const submissionWorkflowId = (submissionId: string): string => `submission/${submissionId}`;
export const monitorWorkflowId = "grid/monitor";
export const nightlyScheduleId = "grid/nightly";
/** The ids of the workflows that the schedule starts also begin with it. */
export const triggerScheduleId = (triggerId: string): string => `trigger/${triggerId}`;
export const journalWorkflowId = "grid/journal";

/** Search attributes, all keywords. */
export const searchAttributes = {
  state: "HoldfastState",
  verdict: "HoldfastVerdict",
  test: "HoldfastTest",
  owner: "HoldfastOwner",
  heldFor: "HoldfastHeldFor",
} as const;

export interface LeaseOffer {
  leaseId: string;
  fence: number;
  machine: string;
  host: string;
}

/** A machine is free for the job. An offer for another queue ticket (`parking`) than the current one is ignored. */
export interface AdmitInput {
  parking: string;
  lease: LeaseOffer;
}
export const admitSignal = defineSignal<[AdmitInput]>("admit");

export interface ServiceChangeInput {
  service: string;
  detail: string;
}
export const serviceDownSignal = defineSignal<[ServiceChangeInput]>("serviceDown");
export const serviceUpSignal = defineSignal<[ServiceChangeInput]>("serviceUp");

export interface LeaseLostInput {
  leaseId: string;
}
export const leaseLostSignal = defineSignal<[LeaseLostInput]>("leaseLost");

export interface CancelInput {
  by: string;
}
export const cancelSignal = defineSignal<[CancelInput]>("cancel");

/** A comparison run of this job has ended. */
export interface CompanionEndedInput {
  jobId: string;
}
export const companionEndedSignal = defineSignal<[CompanionEndedInput]>("companionEnded");

export interface JobStatus {
  state: JobState;
  parking: string | null;
  reasons: HoldReason[];
  budget: BudgetState | null;
  lease: LeaseOffer | null;
  attempts: Attempt[];
}
export const statusQuery = defineQuery<JobStatus>("status");

/** Adds time to a job's hold budget. The answer is what is left, in ms. */
export interface ExtendHoldInput {
  byMs: number;
  /** Who asks, and why; for the audit. */
  by?: string;
  reason?: string;
}
export const extendHoldUpdate = defineUpdate<number, [ExtendHoldInput]>("extendHold");

/** Stops an attempt because of a pause; its job is held until the pause ends. */
export interface StopRunInput {
  leaseId: string;
  reason: string;
}
export const stopRunSignal = defineSignal<[StopRunInput]>("stopRun");

/**
 * Orders of admins to the monitor, or to one job. Every payload is accepted; an invalid one is recorded in the audit.
 * `{ "scope": "service:nfs", "reason": "moves to rack 2", "by": "ann", "for": "2h", "now": true }`
 */
export const pauseSignal = defineSignal<[unknown]>("pause");
export const resumeSignal = defineSignal<[unknown]>("resume");

/** Probe every service now. */
export const probeNowSignal = defineSignal("probeNow");

/** What the monitor did in this run of its workflow, oldest first. */
export interface MonitorSnapshot {
  watchingSince: string;
  changes: { at: string; service: string; machine: string | null; state: string; detail: string }[];
  orders: { at: string; order: string }[];
}
export const snapshotQuery = defineQuery<MonitorSnapshot>("snapshot");

/** Adds a batch to the journal. The same batch may come twice. */
export const noteSignal = defineSignal<[JournalBatch]>("note");
