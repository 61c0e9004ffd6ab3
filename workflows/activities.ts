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

/** Activities that use database and mail. They are retried for as long as a server is away. */
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
  submitTriggered(input: { triggerId: string; key: string }): Promise<{ outcome: string }>;
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
  /** Set for a service that each machine has or sees for itself. */
  machine?: string | null;
  outageId: string;
  health: ServiceHealth;
}
/** A running job that must know the state of a service. */
export interface ServiceNotice {
  jobId: string;
  service: string;
  state: "down" | "up";
  detail: string;
}

/** A running job that a pause stops. */
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

/**
 * The same activities within the workflow task. They add only a marker event to the history. They are tried once, which is
 * enough on a healthy grid.
 */
const withinTask = proxyLocalActivities<Pick<ControlActivities, PromptActivity>>({
  startToCloseTimeout: "4s",
  retry: { maximumAttempts: 1 },
});

/** If a worker dies, Temporal notices it after this time, whatever the activity was doing. */
const heartbeatTimeout = "10s";

/** A review probes services, and waits for a machine that may return. */
export const reviewing = proxyActivities<Pick<ControlActivities, "reviewAttempt">>({
  startToCloseTimeout: "2m",
  heartbeatTimeout,
  retry: patience,
});

/** A large submission needs many writes. */
export const expanding = proxyActivities<Pick<ControlActivities, "expandSubmission">>({
  startToCloseTimeout: "10m",
  heartbeatTimeout,
  retry: patience,
});

/** Reading a test's code may take minutes. The readers have their own, much lower limits. */
const analysing = proxyActivities<Pick<ControlActivities, "analyse">>({
  taskQueue: analysisQueue,
  startToCloseTimeout: "1h",
  heartbeatTimeout,
  retry: patience,
});

/** Each step is named, because a proxy has no properties to copy. */
const patient: Pick<ControlActivities, PromptActivity> = {
  analyse: (input) => analysing.analyse(input),
  park: (input) => control.park(input),
  finish: (input) => control.finish(input),
};

type PromptActivity = "analyse" | "park" | "finish";

/**
 * Runs a step within the workflow task. If that does not succeed at once, runs it as an activity that is retried. Each step
 * is idempotent, so it may run twice, even at the same time.
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

/** A weekly report reads all holds of the week. */
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

/** The two long loops of the monitor. If a worker dies, another one continues its loop within seconds. */
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
