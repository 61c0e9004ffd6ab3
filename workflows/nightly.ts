import { reporting } from "./activities.js";

/** The workflow that the schedule `grid/nightly` starts once a day. */
export async function nightly(): Promise<void> {
  await reporting.reportDowntimeWeekly();
}
