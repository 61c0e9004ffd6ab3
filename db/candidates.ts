import { sql } from "kysely";
import type { Candidate } from "../domain/fair-share.js";
import type { Assessment } from "../domain/matching.js";
import { placesFor, type PlaceWish } from "../domain/places.js";
import type { Queries } from "./connect.js";
import { waitsForPlace } from "./waiters.js";

/** A class whose jobs can run, and the services among its requirements that are being released step by step. */
export interface Runnable {
  assessment: Assessment;
  gates: string[];
  /** `service:<name>` for each that its jobs require. */
  uses: string[];
}

/** The first of each runnable class who may run now, at most `limit` of each. */
export async function readCandidates(
  queries: Queries,
  runnable: ReadonlyMap<string, Runnable>,
  limit: number,
): Promise<Candidate[]> {
  const result = await sql<WaiterRow>`
    select w.* from unnest(${[...runnable.keys()]}::text[]) as c (class) cross join lateral (
      select job_id, class, submitter, priority, sequence, avoid, prefer, exclusive, disturbances,
        ${waitsForPlace} as waits
      from waiters where waiters.class = c.class and not offered and not_before <= now()
      order by priority desc, sequence limit ${limit}) as w`.execute(queries);
  return result.rows.map((row) => ({
    jobId: row.job_id,
    submitter: row.submitter,
    priority: row.priority,
    sequence: row.sequence,
    eligible: placesFor(row, runnable.get(row.class)?.assessment ?? { eligible: [], allowed: [] }),
    avoid: row.avoid,
    gates: runnable.get(row.class)?.gates ?? [],
    uses: runnable.get(row.class)?.uses ?? [],
    exclusive: row.exclusive,
    disturbances: row.disturbances,
  }));
}

interface WaiterRow extends PlaceWish {
  job_id: string;
  class: string;
  submitter: string;
  priority: number;
  sequence: number;
  avoid: string[];
  exclusive: string[];
  disturbances: number;
}
