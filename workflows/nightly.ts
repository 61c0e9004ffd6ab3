import { reporting } from "./activities.js";

/** What the schedule `grid/nightly` starts once a day. */
export async function nightly(): Promise<void> {
  await reporting.reportDowntimeWeekly();
}
