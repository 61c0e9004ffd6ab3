import { sql } from "kysely";
import type { Queries } from "./connect.js";

/** Attempts that ended within a time, and those of them that infrastructure took. `share` is from 0 to 1. */
export interface InfrastructureShare {
  attempts: number;
  lost: number;
  share: number;
  byIdentifier: { identifier: string; attempts: number }[];
}

/** What an admin stopped is neither lost nor counted. */
export async function readInfrastructureShare(
  queries: Queries,
  from: string,
  to: string,
): Promise<InfrastructureShare> {
  const result = await sql<{ identifier: string | null; attempts: number }>`
    select case when outcome in ('infrastructure', 'dirty') then coalesce(failure_identifier, 'infra/surroundings-unhealthy') end as identifier, count(*) as attempts
    from attempts where ended_at > ${from} and ended_at <= ${to} and outcome is not null
      and coalesce(failure_identifier, '') not like 'admin/%' group by 1 order by 2 desc`.execute(queries);
  const byIdentifier = result.rows.flatMap(({ identifier, attempts }) =>
    identifier === null ? [] : [{ identifier, attempts }],
  );
  const lost = byIdentifier.reduce((total, { attempts }) => total + attempts, 0);
  const attempts = result.rows.reduce((total, row) => total + row.attempts, 0);
  return { attempts, lost, share: attempts === 0 ? 0 : lost / attempts, byIdentifier };
}
