import { sql } from "kysely";
import type { Ruling } from "../../domain/verdict/false-alarms.js";
import type { Queries } from "../connect.js";

/** How many claims of one job are stored. */
const claimsOfJob = 20;

/** The claim that a failure was not about the code. */
export interface NewClaim {
  claimId: string;
  jobId: string;
  name: string | null;
  why: string;
}

/** Stores a claim, each once. The caller holds the job's lock. */
export async function insertClaim(queries: Queries, { claimId, jobId, name, why }: NewClaim): Promise<void> {
  await sql`
    insert into claims (claim_id, job_id, name, why)
    select ${claimId}, ${jobId}, ${name}, ${why} where (select count(*) from claims where job_id = ${jobId}) < ${claimsOfJob}
    on conflict (claim_id) do nothing`.execute(queries);
}

/** Stores the admins' decision about an alarm. It replaces an earlier one. */
export async function setRuling(
  queries: Queries,
  jobId: string,
  { ruling, why, author }: { ruling: Ruling; why: string; author: string },
): Promise<void> {
  await sql`
    insert into rulings (job_id, ruling, why, author) values (${jobId}, ${ruling}, ${why}, ${author})
    on conflict (job_id) do update set ruling = excluded.ruling, why = excluded.why, author = excluded.author, at = now()`.execute(
    queries,
  );
}
