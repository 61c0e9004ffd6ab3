import { setCurrentDetails, workflowInfo } from "@temporalio/workflow";
import { control } from "./activities.js";

/** The workflow that the schedule of a trigger starts. Its id contains the scheduled time, so each time submits only once. */
export async function triggeredSubmission({ triggerId }: { triggerId: string }): Promise<string> {
  setCurrentDetails("submits what the trigger names");
  const { outcome } = await control.submitTriggered({ triggerId, key: workflowInfo().workflowId });
  setCurrentDetails(outcome);
  return outcome;
}
