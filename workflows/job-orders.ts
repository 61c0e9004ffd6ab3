import { CancellationScope, setHandler, uuid4 } from "@temporalio/workflow";
import { readOrder } from "../domain/holds/pause.js";
import { control } from "./activities.js";
import type { JobInbox } from "./job-inbox.js";
import { pauseSignal, resumeSignal } from "./messages.js";

/** Handles orders that admins send to one job by signal: the same as orders to the monitor with this job as scope. */
export function openJobOrders(jobId: string, inbox: JobInbox): void {
  let former: Promise<void> = Promise.resolve();
  // One after another, in order of arrival.
  const take = (signal: "pause" | "resume") => (given: unknown) => (former = former.then(() => obey(signal, given)));

  async function obey(signal: "pause" | "resume", given: unknown): Promise<void> {
    const isObject = typeof given === "object" && given !== null && !Array.isArray(given);
    const order = readOrder(
      signal,
      isObject ? { ...given, scope: `job:${jobId}` } : given,
      uuid4(),
      new Date().toISOString(),
    );
    // If the job is cancelled meanwhile, its workflow must not fail.
    const { stop } = await CancellationScope.nonCancellable(() => control.obeyOrders({ orders: [order] }));
    for (const { leaseId, reason } of stop) inbox.stopped.set(leaseId, reason);
  }
  setHandler(pauseSignal, take("pause"), {
    description: "Pauses this job. See the administration guide for its input.",
  });
  setHandler(resumeSignal, take("resume"), { description: "Ends a pause of this job." });
}
