import type { Database } from "../../db/connect.js";
import { readStatistics } from "../../db/reports/statistics.js";
import { sharedByKey } from "./shared.js";

/** Answers are shared for this long, because an interval may contain a million jobs. */
const freshMs = 60_000;

export type Statistics = ReturnType<typeof createStatistics>;

/** Reads statistics. Requests for the same minutes share one answer. */
export function createStatistics(database: Database) {
  const answer = sharedByKey(freshMs, async (key) => {
    const [from, to, project] = JSON.parse(key) as [string, string, string | null];
    return readStatistics(database, from, to, project);
  });
  const endOfMinute = (time: string) => new Date(Math.ceil(Date.parse(time) / freshMs) * freshMs).toISOString();
  return async ({ from, to }: { from: string; to: string }, project: string | null) => {
    const isNow = Date.now() - Date.parse(to) < freshMs;
    const key = isNow ? [endOfMinute(from), endOfMinute(to), project] : [from, to, project];
    return { from, to, ...(await answer(JSON.stringify(key))) };
  };
}
