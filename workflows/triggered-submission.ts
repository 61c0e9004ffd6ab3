import { setCurrentDetails, workflowInfo } from "@temporalio/workflow";
import { control } from "./activities.js";

/** What the schedule of a trigger starts. The id of this workflow has the time in it, so that each time submits once. */
export async function triggeredSubmission({ triggerId }: { triggerId: string }): Promise<string> {
  setCurrentDetails("submits what the trigger names");
  const { outcome } = await control.submitTriggered({ triggerId, key: workflowInfo().workflowId });
  setCurrentDetails(outcome);
  return outcome;
}
