import {
  ActivityCancellationType,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  type ActivityInterfaceFor,
} from "@temporalio/workflow";
import type { AttemptReport } from "../domain/verdict/attempt.js";
import type { Attempt } from "../domain/verdict/attempt.js";
import type { BudgetState } from "../domain/holds/hold-budget.js";
import type { ServiceHealth } from "../domain/health/health.js";
import type { Order } from "../domain/holds/pause.js";
import { analysisQueue, fetchQueue, machineQueue, monitorQueue } from "./messages.js";
import type {
  AnalyseInput,
  AnalyseResult,
  CollectInput,
  FinishInput,
  FinishResult,
  ParkInput,
  ParkResult,
  ReviewInput,
  RunAttemptInput,
} from "./contracts.js";

/** Activities that touch database and mail; they wait for what is away, for as long as it takes. */
export interface ControlActivities {
  analyse(input: AnalyseInput): Promise<AnalyseResult>;
  park(input: ParkInput): Promise<ParkResult>;
  reviewAttempt(input: ReviewInput): Promise<Attempt>;
  collectCompanion(input: CollectInput): Promise<Attempt | null>;
  readHoldBudget(input: { jobId: string }): Promise<BudgetState>;
  extendHoldBudget(input: {
    jobId: string;
    byMs: number;
    by: string;
    reason: string;
    orderId: string;
  }): Promise<BudgetState>;
  finish(input: FinishInput): Promise<FinishResult>;
  recordServiceChanges(input: { changes: ServiceChange[] }): Promise<{ tell: ServiceNotice[] }>;
  obeyOrders(input: { orders: Order[] }): Promise<{ stop: StopNotice[] }>;
  reportDowntimeWeekly(): Promise<void>;
  expandSubmission(input: { submissionId: string }): Promise<void>;
  rejectSubmission(input: {
    submissionId: string;
    outcome: "rejected" | "cancelled" | "expired";
    failureIdentifier: string;
    reason: string;
  }): Promise<void>;
}

export interface ServiceChange {
  service: string;
  /** Set for a service that each machine has, or sees, for itself. */
  machine?: string | null;
  outageId: string;
  health: ServiceHealth;
}
/** A running job to be told of a service. */
export interface ServiceNotice {
  jobId: string;
  service: string;
  state: "down" | "up";
  detail: string;
}

/** A running job to be stopped for a pause. */
export interface StopNotice {
  jobId: string;
  leaseId: string;
  reason: string;
}

const patience = { initialInterval: "200ms", backoffCoefficient: 2, maximumInterval: "10s" } as const;

export const control: ActivityInterfaceFor<ControlActivities> = proxyActivities<ControlActivities>({
  startToCloseTimeout: "10s",
  retry: patience,
});

/** The same within the workflow task: no events but a marker. Tried once, for a healthy grid. */
const withinTask = proxyLocalActivities<Pick<ControlActivities, PromptActivity>>({
  startToCloseTimeout: "4s",
  retry: { maximumAttempts: 1 },
});

/** A worker that dies is noticed after this time, whatever its activity was doing. */
const heartbeatTimeout = "10s";

/** Looking around after an attempt takes probes, and waits for a machine that may come back. */
export const reviewing = proxyActivities<Pick<ControlActivities, "reviewAttempt">>({
  startToCloseTimeout: "2m",
  heartbeatTimeout,
  retry: patience,
});

/** Making the jobs of a large submission takes many writes. */
export const expanding = proxyActivities<Pick<ControlActivities, "expandSubmission">>({
  startToCloseTimeout: "10m",
  heartbeatTimeout,
  retry: patience,
});

/** Reading a test's code may take minutes. The readers have limits of their own, far below this one. */
const analysing = proxyActivities<Pick<ControlActivities, "analyse">>({
  taskQueue: analysisQueue,
  startToCloseTimeout: "1h",
  heartbeatTimeout,
  retry: patience,
});

/** A proxy has no properties to copy: each step is named. */
const patient: Pick<ControlActivities, PromptActivity> = {
  analyse: (input) => analysing.analyse(input),
  park: (input) => control.park(input),
  finish: (input) => control.finish(input),
};

type PromptActivity = "analyse" | "park" | "finish";

/**
 * Runs a step of every job within the workflow task, and if that does not succeed at once, as an activity that waits
 * for what is away. Each step is idempotent, so that it may run twice, even beside itself.
 */
export async function promptly<K extends PromptActivity>(
  name: K,
  input: Parameters<ControlActivities[K]>[0],
): Promise<Awaited<ReturnType<ControlActivities[K]>>> {
  type Step = (input: Parameters<ControlActivities[K]>[0]) => Promise<Awaited<ReturnType<ControlActivities[K]>>>;
  try {
    return await (withinTask[name] as unknown as Step)(input);
  } catch (error) {
    if (isCancellation(error)) throw error;
    return (patient[name] as unknown as Step)(input);
  }
}

/** A report of a week reads all its holds. */
export const reporting = proxyActivities<Pick<ControlActivities, "reportDowntimeWeekly">>({
  startToCloseTimeout: "10m",
  heartbeatTimeout,
  retry: patience,
});

export interface FetchActivities {
  fetchSource(input: { submissionId: string }): Promise<{ revision: string; sourceHash: string }>;
}

/** Fetching from a repository is retried by policy for as long as a submission may be held. */
export const fetching = (budgetMs: number): ActivityInterfaceFor<FetchActivities> =>
  proxyActivities<FetchActivities>({
    taskQueue: fetchQueue,
    startToCloseTimeout: "1h",
    heartbeatTimeout,
    scheduleToCloseTimeout: budgetMs,
    retry: { initialInterval: "1s", backoffCoefficient: 2, maximumInterval: "1m" },
  });

export interface MonitorActivities {
  watchServices(input: { probeNow: boolean }): Promise<{ changes: Omit<ServiceChange, "outageId">[] }>;
  admitJobs(): Promise<void>;
}

/** The two long loops of the monitor; a loop whose worker died is taken up by another within seconds. */
export const monitor = proxyActivities<MonitorActivities>({
  taskQueue: monitorQueue,
  startToCloseTimeout: "12h",
  heartbeatTimeout: "5s",
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { initialInterval: "250ms", backoffCoefficient: 1 },
});

export interface AgentActivities {
  runAttempt(input: RunAttemptInput): Promise<AttemptReport>;
}

/** One attempt on one machine. It is never retried by Temporal: the job decides where it goes next. */
export const onMachine = (machine: string, summary: string): ActivityInterfaceFor<AgentActivities> =>
  proxyActivities<AgentActivities>({
    taskQueue: machineQueue(machine),
    summary,
    scheduleToStartTimeout: "30s",
    startToCloseTimeout: "7d",
    heartbeatTimeout: "15s",
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { maximumAttempts: 1 },
  });
