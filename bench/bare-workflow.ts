import { proxyActivities } from "@temporalio/workflow";

const { nothing } = proxyActivities<{ nothing(): Promise<void> }>({ startToCloseTimeout: "1m" });

/** The lowest possible cost of a job: a workflow with three activities that do nothing. */
export async function bareWorkflow(): Promise<void> {
  await nothing();
  await nothing();
  await nothing();
}
