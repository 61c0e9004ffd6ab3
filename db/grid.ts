import { sql } from "kysely";
import type { GridConfig } from "../domain/files/grid-file.js";
import { type Exclusion, rulesFor } from "../domain/exclusion.js";
import type { GridView, JobClass } from "../domain/matching.js";
import type { Variant } from "../domain/variant.js";
import { className } from "./waiters.js";
import { type Queries, toJson } from "./connect.js";

/** A machine whose agent has not reported for this long is offline. */
export const offlineAfterMs = 20_000;
/** A service whose last probe is older than this many of its intervals is unknown. */
const staleAfterProbes = 4;

/** No grid.yaml has been applied to this database yet. */
export class NoGridError extends Error {
  override name = "NoGridError";
}

/** Makes this the configuration of the grid: services and machines that it no longer names go. */
export async function applyGridConfig(queries: Queries, config: GridConfig): Promise<void> {
  await sql`insert into grid (config) values (${toJson(config)}) on conflict (single) do update set config = excluded.config`.execute(
    queries,
  );
  const services = Object.entries(config.services).map(([service, definition]) => ({ service, definition }));
  await sql`
    insert into services (service, definition, since)
    select service, definition, now() from jsonb_to_recordset(${toJson(services)}) as s (service text, definition jsonb)
    on conflict (service) do update set definition = excluded.definition`.execute(queries);
  await sql`delete from services where service <> all(${Object.keys(config.services)})`.execute(queries);
  const machines = Object.keys(config.machines);
  if (machines.length > 0)
    await sql`update machines set health = 'retired' where machine <> all(${machines})`.execute(queries);
  await sql`update machines set health = 'good' where health = 'retired' and (machine = any(${machines}) or ${machines.length} = 0)`.execute(
    queries,
  );
  await reclassify(queries, config);
}

/** Waiters stand in classes by the rules of the former configuration; those whose rules have changed change their class. */
async function reclassify(queries: Queries, config: GridConfig): Promise<void> {
  const groups = await sql<{ test: string; variant: Variant; class: string; owner: string; definition: JobClass }>`
    select distinct j.test, j.variant, w.class, w.submitter as owner, c.definition
    from waiters w join jobs j using (job_id) join classes c using (class)`.execute(queries);
  for (const { test, variant, class: former, owner, definition } of groups.rows) {
    const jobClass = {
      ...definition,
      rules: rulesFor(test, variant, config.exclusions as Exclusion[], config.selections),
    };
    const name = className(jobClass, owner);
    if (name === former) continue;
    await sql`insert into classes (class, definition, settled) values (${name}, ${toJson(jobClass)}, false) on conflict (class) do update set settled = false`.execute(
      queries,
    );
    await sql`update waiters set class = ${name} from jobs j where j.job_id = waiters.job_id and waiters.class = ${former} and j.test = ${test} and j.variant = ${toJson(variant)}`.execute(
      queries,
    );
  }
}

/** @throws NoGridError on a database without configuration. */
export async function readGridConfig(queries: Queries): Promise<GridConfig> {
  const row = await queries.selectFrom("grid").select("config").executeTakeFirst();
  if (row === undefined) throw new NoGridError("this database holds no grid yet; start one with `holdfast up`");
  return row.config;
}

/** Everything that decides where jobs can run, as of one moment of the database's clock. */
export async function readGridView(queries: Queries): Promise<GridView & { config: GridConfig }> {
  const result = await sql<{
    now: string;
    services: GridView["services"];
    machines: GridView["machines"];
    config: GridConfig;
  }>`
    select
      to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as now,
      (select config from grid) as config,
      (select coalesce(jsonb_agg(jsonb_build_object(
          'name', service,
          'state', case when last_probe_at is null
              or last_probe_at < now() - ${staleAfterProbes} * make_interval(secs => ((definition->>'every')::float + (definition->>'timeout')::float) / 1000)
            then 'unknown' else state end,
          'since', to_char(since at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
          'detail', detail) order by service), '[]') from services) as services,
      (select coalesce(jsonb_agg(jsonb_build_object(
          'name', machine, 'host', host, 'slots', slots, 'facts', facts, 'health', health, 'draining', draining,
          'online', seen_at > now() - make_interval(secs => ${offlineAfterMs / 1000})) order by machine), '[]')
        from machines where health <> 'retired') as machines`.execute(queries);
  const row = result.rows[0];
  if (row?.config == null) throw new NoGridError("this database holds no grid yet; start one with `holdfast up`");
  return {
    config: row.config,
    now: row.now,
    services: row.services,
    machines: row.machines,
    exclusions: row.config.exclusions as GridView["exclusions"],
    selections: row.config.selections,
  };
}
