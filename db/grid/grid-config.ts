import { sql } from "kysely";
import { completeConfig, type GridConfig } from "../../domain/config/grid-file.js";
import { parseScope } from "../../domain/holds/pause.js";
import { planMaintenance } from "../queue/pauses.js";
import { reclassify } from "../queue/exclusions.js";
import { closeOrphans } from "../services/outage-record.js";
import { watchedByMachines } from "../services/services.js";
import { type Queries, toJson } from "../connect.js";

/** No grid.yaml has been applied to this database yet. */
export class NoGridError extends Error {
  override name = "NoGridError";
}

/** Makes this the configuration of the grid, and removes services and machines that it does not name. */
export async function applyGridConfig(queries: Queries, config: GridConfig): Promise<void> {
  await sql`insert into grid (config) values (${toJson(config)}) on conflict (single) do update set config = excluded.config`.execute(
    queries,
  );
  const services = Object.entries(config.services).map(([service, definition]) => ({ service, definition }));
  await sql`
    insert into services (service, definition, since)
    select service, definition, now() from jsonb_to_recordset(${toJson(services)}) as s (service text, definition jsonb)
    on conflict (service) do update set definition = excluded.definition`.execute(queries);
  await turnWatches(queries);
  await sql`delete from services where service <> all(${Object.keys(config.services)}) and not own`.execute(queries);
  const machines = Object.keys(config.machines);
  if (machines.length > 0)
    await sql`update machines set health = 'retired', retired_at = now() where machine <> all(${machines}) and health <> 'retired'`.execute(
      queries,
    );
  await sql`update machines set health = 'good', retired_at = null where health = 'retired' and (machine = any(${machines}) or ${machines.length} = 0)`.execute(
    queries,
  );
  await closeOrphans(queries);
  await planMaintenance(queries, config.maintenance.map(toWindow));
  await reclassify(queries, config);
}

/** Resets the health of a service that is now watched by the machines instead of the grid, or the reverse. */
async function turnWatches(queries: Queries): Promise<void> {
  await sql`
    update services set state = 'unknown', since = now(), release_since = null, settle_ms = 0, failures_in_row = 0, successes_in_row = 0,
      first_failed_at = null, first_good_at = null
    where state <> 'unknown' and ${watchedByMachines}`.execute(queries);
  await sql`delete from machine_services m using services s where m.service = s.service and not ${watchedByMachines}`.execute(
    queries,
  );
}

/** Identifies a window across versions of grid.yaml. */
function toWindow({ scope, from, until, reason }: GridConfig["maintenance"][number]) {
  return { windowId: `grid.yaml/${scope}/${from}/${until}`, ...parseScope(scope), from, until, reason };
}

/** @throws NoGridError on a database without configuration. */
export async function readGridConfig(queries: Queries): Promise<GridConfig> {
  const config = await findGridConfig(queries);
  if (config === undefined) throw new NoGridError("this database holds no grid yet; start one with `holdfast up`");
  return config;
}

/** Undefined if no configuration was ever applied. */
export async function findGridConfig(queries: Queries): Promise<GridConfig | undefined> {
  const result = await sql<{ config: Parameters<typeof completeConfig>[0] }>`select config from grid`.execute(queries);
  const row = result.rows[0];
  return row === undefined ? undefined : completeConfig(row.config);
}
