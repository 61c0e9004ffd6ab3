import type { Database } from "../../db/connect.js";
import { countHeldJobs, type OutageFilter, type OutageView, readOutages } from "../../db/services/outages.js";
import { sharedByKey } from "./shared.js";

/** An outage with the number of jobs that its service held meanwhile. */
export type ListedOutage = OutageView & { jobsHeld: number };

/** Counts are at most this old: an outage may hold a hundred thousand jobs. */
const freshMs = 5_000;

/** Reads outages with their costs. */
export type OutageList = (filter: OutageFilter) => Promise<ListedOutage[]>;

export function createOutageList(database: Database): OutageList {
  // An outage that ends meanwhile has another key.
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
