import { control } from "./activities.js";

/** What the schedule `grid/nightly` starts once a day. */
export async function nightly(): Promise<void> {
  await control.reportDowntimeWeekly();
}
