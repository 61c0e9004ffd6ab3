import { proxyActivities } from "@temporalio/workflow";

const { nothing } = proxyActivities<{ nothing(): Promise<void> }>({ startToCloseTimeout: "1m" });

/** What a job costs at the very least: a workflow with three activities that do nothing. */
export async function bareWorkflow(): Promise<void> {
  await nothing();
  await nothing();
  await nothing();
}
