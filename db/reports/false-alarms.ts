import { sql } from "kysely";
import type { Variant } from "../../domain/jobs/variant.js";
import {
  type AlarmGroup,
  type FalseAlarmReport,
  falseAlarmReport,
  type Ruling,
} from "../../domain/verdict/false-alarms.js";
import { iso, type Queries } from "../connect.js";

/** An alarm in doubt. Times are ISO. */
export interface DoubtedAlarm {
  jobId: string;
  test: string;
  variant: Variant;
  project: string;
  finishedAt: string;
  claimed: boolean;
  ruling: Ruling | null;
  reopened: AlarmGroup["reopened"];
}

/** Alarms from `from` up to, but not including, `to` (ISO times), and the last ones that are in doubt. */
export interface FalseAlarms extends FalseAlarmReport {
  from: string;
  to: string;
  doubted: DoubtedAlarm[];
}

const doubtedShown = 100;

const alarms = (from: string, to: string) => sql`
  select j.job_id, j.test, j.variant, s.project, j.finished_at,
    exists (select 1 from claims c where c.job_id = j.job_id) as claimed,
    (select ruling from rulings r where r.job_id = j.job_id) as ruling,
    coalesce((select coalesce(again.verdict, 'open') from jobs again
      where again.companion_of = j.job_id and again.companion_purpose = 'reopen' order by again.submitted_at desc limit 1), 'none') as reopened
  from jobs j join submissions s using (submission_id)
  where j.verdict = 'fail' and s.origin = 'user' and j.finished_at >= ${from} and j.finished_at < ${to}`;

export async function readFalseAlarms(queries: Queries, from: string, to: string): Promise<FalseAlarms> {
  const groups = await sql<AlarmGroup>`
    select claimed, ruling, reopened, count(*) as alarms from (${alarms(from, to)}) as a group by claimed, ruling, reopened`.execute(
    queries,
  );
  const doubted = await sql<DoubtedAlarm>`
    select job_id, test, variant, project, ${iso("finished_at")} as "finishedAt", claimed, ruling, reopened
    from (${alarms(from, to)}) as a where claimed or ruling is not null or reopened <> 'none'
    order by finished_at desc limit ${doubtedShown}`.execute(queries);
  return { from, to, ...falseAlarmReport(groups.rows), doubted: doubted.rows };
}
