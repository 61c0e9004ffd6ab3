import type { Database } from "../../db/connect.js";
import { countHeldJobs, type OutageFilter, type OutageView, readOutages } from "../../db/services/outages.js";
import { sharedByKey } from "./shared.js";

/** An outage with the number of jobs that were held for its service in that time. */
export type ListedOutage = OutageView & { jobsHeld: number };

/** The counts are up to this old, since counting is slow: an outage may hold a hundred thousand jobs. */
const freshMs = 5_000;

/** Reads outages and counts the jobs that they held. */
export type OutageList = (filter: OutageFilter) => Promise<ListedOutage[]>;

export function createOutageList(database: Database): OutageList {
  // The key contains the end of the outage, so an outage that has just ended is counted again.
  const countOf = sharedByKey(freshMs, (key) => countHeldJobs(database, key.split(" ")[0]!));
  return async (filter) => {
    const outages = await readOutages(database, filter);
    return Promise.all(
      outages.map(async (outage) => ({
        ...outage,
        jobsHeld: await countOf(`${outage.outageId} ${outage.endedAt ?? ""}`),
      })),
    );
  };
}
