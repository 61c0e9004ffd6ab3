import { type Client, ScheduleAlreadyRunning, ScheduleNotFoundError, WorkflowNotFoundError } from "@temporalio/client";
import type { SignalDefinition } from "@temporalio/common";
import { testTitle, type Variant } from "../domain/jobs/variant.js";
import type { healthMonitor } from "./health-monitor.js";
import {
  controlQueue,
  jobWorkflowId,
  monitorWorkflowId,
  nightlyScheduleId,
  searchAttributes,
  submissionWorkflowId,
  triggerScheduleId,
} from "./messages.js";
import type { submission } from "./submission.js";
import type { testJob } from "./test-job.js";
import type { triggeredSubmission } from "./triggered-submission.js";

/** The memo of a job in the list of workflows. */
export interface JobMemo {
  /** It watches a service. */
  isProbe: boolean;
}

/** The parts of a job's title in the list of workflows, apart from its test. */
interface JobTitle {
  variant: Variant;
  project: string;
  revision: string;
}

/** `checkout [browser=firefox] · shop @ 0123456789ab` */
function titleOf({ test, variant = {}, project, revision }: { test: string } & Partial<JobTitle>): string {
  const source =
    project === undefined ? "" : ` · ${project}${revision === undefined ? "" : ` @ ${revision.slice(0, 12)}`}`;
  return `${testTitle(test, variant)}${source}`.slice(0, 130);
}

/** Starts the workflow of a job. Does nothing if it already runs, so it is safe to call again at any time. */
export async function startJob(
  client: Client,
  job: { jobId: string; test: string; owner: string } & Partial<JobTitle>,
  memo: JobMemo = { isProbe: false },
): Promise<void> {
  await client.workflow.start<typeof testJob>("testJob", {
    workflowId: jobWorkflowId(job.jobId),
    taskQueue: controlQueue,
    args: [{ jobId: job.jobId, test: job.test, owner: job.owner }],
    memo: { ...memo },
    workflowIdConflictPolicy: "USE_EXISTING",
    workflowIdReusePolicy: "ALLOW_DUPLICATE",
    workflowTaskTimeout: "10s",
    staticSummary: titleOf(job),
    searchAttributes: {
      [searchAttributes.state]: ["waiting"],
      [searchAttributes.test]: [job.test],
      [searchAttributes.owner]: [job.owner],
    },
  });
}

export async function startSubmission(client: Client, submissionId: string, budgetMs: number): Promise<void> {
  await client.workflow.start<typeof submission>("submission", {
    workflowId: submissionWorkflowId(submissionId),
    taskQueue: controlQueue,
    args: [{ submissionId, budgetMs }],
    workflowIdConflictPolicy: "USE_EXISTING",
    workflowIdReusePolicy: "ALLOW_DUPLICATE",
  });
}

/** Starts the monitor unless it runs; every control worker calls this. */
export async function ensureMonitor(client: Client): Promise<void> {
  await client.workflow.start<typeof healthMonitor>("healthMonitor", { ...monitor, args: [] });
}

/** Sends the monitor a signal, and starts it if it does not run. */
export async function signalMonitor(
  client: Client,
  signal: SignalDefinition<[unknown]>,
  input: unknown,
): Promise<void> {
  await client.workflow.signalWithStart<typeof healthMonitor, [unknown]>("healthMonitor", {
    ...monitor,
    args: [],
    signal,
    signalArgs: [input],
  });
}

const monitor = {
  workflowId: monitorWorkflowId,
  taskQueue: controlQueue,
  workflowIdConflictPolicy: "USE_EXISTING",
  workflowIdReusePolicy: "ALLOW_DUPLICATE",
} as const;

/** Creates the nightly schedule unless it exists. */
export async function ensureNightly(client: Client): Promise<void> {
  await client.schedule
    .create({
      scheduleId: nightlyScheduleId,
      spec: { calendars: [{ hour: 3, minute: 30 }] },
      action: {
        type: "startWorkflow",
        workflowType: "nightly",
        workflowId: nightlyScheduleId,
        taskQueue: controlQueue,
      },
      policies: { overlap: "SKIP", catchupWindow: "1 day" },
    })
    .catch((error: unknown) => {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    });
}

/** A schedule that Temporal does not accept. The message says why. */
export class WrongScheduleError extends Error {
  override name = "WrongScheduleError";
}

/** The schedule of a trigger. */
interface TriggerTimes {
  triggerId: string;
  name: string;
  cron: string[];
  timeZone: string;
}

/**
 * Creates the schedule of a trigger unless it exists. If Temporal is down for longer than an hour, it skips the times that are
 * more than an hour old.
 * @throws WrongScheduleError
 */
export async function ensureTriggerSchedule(
  client: Client,
  { triggerId, name, cron, timeZone }: TriggerTimes,
): Promise<void> {
  await client.schedule
    .create<typeof triggeredSubmission>({
      scheduleId: triggerScheduleId(triggerId),
      spec: { cronExpressions: cron, timezone: timeZone },
      action: {
        type: "startWorkflow",
        workflowType: "triggeredSubmission",
        workflowId: triggerScheduleId(triggerId),
        taskQueue: controlQueue,
        args: [{ triggerId }],
        staticSummary: name.slice(0, 130),
      },
      policies: { overlap: "ALLOW_ALL", catchupWindow: "1 hour" },
    })
    .catch((error: unknown) => {
      if (error instanceof ScheduleAlreadyRunning) return;
      const reason = whyInvalid(error);
      if (reason !== undefined) throw new WrongScheduleError(reason);
      throw error;
    });
}

/** Why Temporal refuses a schedule, by its own check or that of its client; undefined for other errors. */
function whyInvalid(error: unknown): string | undefined {
  if (error instanceof TypeError) return error.message;
  const { cause = error } = (error ?? {}) as { cause?: unknown };
  const { code, details, message } = (cause ?? {}) as { code?: unknown; details?: string; message?: string };
  // Code 3 of gRPC: INVALID_ARGUMENT.
  return code === 3 ? details || message || "Temporal refuses it" : undefined;
}

/** Does nothing if there is no such schedule. */
export async function deleteTriggerSchedule(client: Client, triggerId: string): Promise<void> {
  await client.schedule
    .getHandle(triggerScheduleId(triggerId))
    .delete()
    .catch((error: unknown) => {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    });
}

/** The next times of each trigger, as ISO text. */
export async function nextTimesOfTriggers(client: Client): Promise<Map<string, string[]>> {
  const next = new Map<string, string[]>();
  const prefix = triggerScheduleId("");
  for await (const { scheduleId, info } of client.schedule.list())
    if (scheduleId.startsWith(prefix))
      next.set(
        scheduleId.slice(prefix.length),
        (info?.nextActionTimes ?? []).map((time) => time.toISOString()),
      );
  return next;
}

/** Ignores the error that a workflow has ended or does not exist. */
export async function ignoreEnded(message: Promise<unknown>): Promise<void> {
  await message.catch((error: unknown) => {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  });
}
