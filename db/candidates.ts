import { sql } from "kysely";
import type { Candidate } from "../domain/fair-share.js";
import type { Assessment } from "../domain/matching.js";
import { type Place, preferNot } from "../domain/places.js";
import type { Queries } from "./connect.js";

/** How long the confirmation of a failure waits for another machine that is not fit, before it is made on the same. */
const confirmationPatienceMs = 10 * 60_000;

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
        purpose = 'confirmation' and since > now() - make_interval(secs => ${confirmationPatienceMs / 1000}) as strict
      from waiters where waiters.class = c.class and not offered and not_before <= now()
      order by priority desc, sequence limit ${limit}) as w`.execute(queries);
  return result.rows.map((row) => ({
    jobId: row.job_id,
    submitter: row.submitter,
    priority: row.priority,
    sequence: row.sequence,
    eligible: placesFor(row, runnable.get(row.class)?.assessment),
    avoid: row.avoid,
    gates: runnable.get(row.class)?.gates ?? [],
    uses: runnable.get(row.class)?.uses ?? [],
    exclusive: row.exclusive,
    disturbances: row.disturbances,
  }));
}

interface WaiterRow {
  job_id: string;
  class: string;
  submitter: string;
  priority: number;
  sequence: number;
  avoid: string[];
  prefer: string[];
  exclusive: string[];
  disturbances: number;
  /** Only a machine that would be chosen if all were fit is good enough. */
  strict: boolean;
}

function placesFor({ avoid, prefer, strict }: WaiterRow, assessment: Assessment | undefined): Place[] {
  const { eligible = [], allowed = [] } = assessment ?? {};
  const preferred = eligible.filter(({ name }) => prefer.includes(name));
  if (preferred.length > 0) return preferred;
  if (!strict) return eligible;
  const best = new Set(preferNot(allowed, avoid).map(({ name }) => name));
  return eligible.filter(({ name }) => best.has(name));
}
