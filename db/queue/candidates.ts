import { sql } from "kysely";
import type { Candidate } from "../../domain/matching/fair-share.js";
import type { Assessment } from "../../domain/matching/eligibility.js";
import { placesFor, type PlacementPreference } from "../../domain/matching/placement.js";
import type { Queries } from "../connect.js";
import { hasPlacementPreference, waitsForPreferredMachine } from "./waiters.js";

/** A class whose jobs can run, and the services among its requirements that are being released step by step. */
export interface Runnable {
  assessment: Assessment;
  releasing: string[];
  /** `service:<name>` for each that its jobs require. */
  uses: string[];
}

/**
 * The first waiters of each runnable class that may run now, at most `limit` of each. Waiters with a placement preference
 * are counted separately, by their preference, so that an unplaceable job never blocks those behind it.
 */
export async function readCandidates(
  queries: Queries,
  runnable: ReadonlyMap<string, Runnable>,
  limit: number,
): Promise<Candidate[]> {
  const columns = sql`job_id, class, submitter, priority, sequence, avoid, prefer, exclusive, disturbances`;
  // A job's last attempt may still be running somewhere. No other one begins before it ends.
  const ready = sql`waiters.class = c.class and not offered and not_before <= now()
    and not exists (select 1 from leases l where l.job_id = waiters.job_id and l.released_at is null)`;
  const result = await sql<WaiterRow>`
    select w.* from unnest(${[...runnable.keys()]}::text[]) as c (class) cross join lateral (
      (select ${columns}, false as waits from waiters where ${ready} and not (${hasPlacementPreference})
        order by priority desc, sequence limit ${limit})
      union all
      select ${columns}, waits from (
        select ${columns}, ${waitsForPreferredMachine} as waits, row_number() over (partition by prefer, avoid order by sequence) as turn
        from waiters where ${ready} and ${hasPlacementPreference}) as choosy
      where turn <= ${limit}) as w`.execute(queries);
  const candidates = result.rows.map((row) => ({
    jobId: row.jobId,
    submitter: row.submitter,
    priority: row.priority,
    sequence: row.sequence,
    eligible: placesFor(row, runnable.get(row.class)?.assessment ?? { eligible: [], allowed: [] }),
    avoid: row.avoid,
    releasing: runnable.get(row.class)?.releasing ?? [],
    uses: runnable.get(row.class)?.uses ?? [],
    exclusive: row.exclusive,
    disturbances: row.disturbances,
  }));
  return candidates.filter(({ eligible }) => eligible.length > 0);
}

interface WaiterRow extends PlacementPreference {
  jobId: string;
  class: string;
  submitter: string;
  priority: number;
  sequence: number;
  avoid: string[];
  exclusive: string[];
  disturbances: number;
}
