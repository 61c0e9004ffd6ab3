import { sql } from "kysely";
import type { GridConfig } from "../domain/files/grid-file.js";
import { type Exclusion, rulesFor } from "../domain/exclusion.js";
import type { JobClass } from "../domain/matching.js";
import type { Variant } from "../domain/variant.js";
import { parseScope } from "../domain/pause.js";
import { planMaintenance } from "./pauses.js";
import { className } from "./waiters.js";
import { type Queries, toJson } from "./connect.js";

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
  await sql`delete from services where service <> all(${Object.keys(config.services)}) and not own`.execute(queries);
  const machines = Object.keys(config.machines);
  if (machines.length > 0)
    await sql`update machines set health = 'retired' where machine <> all(${machines})`.execute(queries);
  await sql`update machines set health = 'good' where health = 'retired' and (machine = any(${machines}) or ${machines.length} = 0)`.execute(
    queries,
  );
  await planMaintenance(queries, config.maintenance.map(toWindow));
  await reclassify(queries, config);
}

/** The same window in another edition of grid.yaml is the same window. */
function toWindow({ scope, from, until, reason }: GridConfig["maintenance"][number]) {
  return { windowId: `grid.yaml/${scope}/${from}/${until}`, ...parseScope(scope), from, until, reason };
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
