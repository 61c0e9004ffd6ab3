import { sql } from "kysely";
import type { CompanionPurpose } from "../../domain/verdict/attempt.js";
import type { Ruling } from "../../domain/verdict/false-alarms.js";
import type { JobState, Verdict } from "../../domain/states.js";
import { iso } from "../connect.js";

/** An outage that was recorded later. */
export interface LateOutage {
  outageId: string;
  service: string;
  machine: string | null;
  since: string;
  to: string | null;
  detail: string;
}

/** The fields of a job that name the job for which it runs, and the doubts in its verdict. Times are ISO. */
export interface Doubts {
  /** The job for whose verdict this one runs, and its purpose; null if it runs for no other job. */
  runsFor: { jobId: string; purpose: CompanionPurpose } | null;
  /** The last job that ran it again because its verdict was in doubt; null if none did. */
  correctedBy: { jobId: string; state: JobState; verdict: Verdict | null; because: LateOutage[] } | null;
  /** The claims about an alarm; null if there are none. */
  notMyCode: {
    claims: { name: string | null; why: string; at: string }[];
    ruling: { ruling: Ruling; why: string; author: string; at: string } | null;
  } | null;
}

const because = sql`
  select coalesce(jsonb_agg(jsonb_build_object('outageId', outage_id, 'service', service, 'machine', machine,
    'since', ${iso("started_at")}, 'to', ${iso("ended_at")}, 'detail', detail) order by started_at), '[]')
  from reopenings join outages using (outage_id) where reopened_as = again.job_id`;

/** Columns of `Doubts`, for a query in which `j` is the job. */
export const doubtColumns = sql`
  case when j.companion_of is not null then jsonb_build_object('jobId', j.companion_of, 'purpose', j.companion_purpose) end as "runsFor",
  case when j.verdict = 'fail' and (j.companion_of is null or j.companion_purpose = 'reopen') then (
    select jsonb_build_object('jobId', again.job_id, 'state', again.state, 'verdict', again.verdict, 'because', (${because}))
    from jobs again where again.companion_of = coalesce(j.companion_of, j.job_id) and again.companion_purpose = 'reopen' and again.submitted_at > j.submitted_at
    order by again.submitted_at desc limit 1) end as "correctedBy",
  case when j.verdict = 'fail' and (exists (select 1 from claims c where c.job_id = j.job_id) or exists (select 1 from rulings r where r.job_id = j.job_id))
    then jsonb_build_object(
      'claims', (select coalesce(jsonb_agg(jsonb_build_object('name', name, 'why', why, 'at', ${iso("at")}) order by at), '[]') from claims c where c.job_id = j.job_id),
      'ruling', (select jsonb_build_object('ruling', ruling, 'why', why, 'author', author, 'at', ${iso("at")}) from rulings r where r.job_id = j.job_id)) end as "notMyCode"`;
