import { sql } from "kysely";
import { rootCause } from "../../domain/health/service-graph.js";
import type { Exclusion } from "../../domain/matching/exclusion.js";
import { describeOverride, isDownAsWhole, isStale, type Override } from "../../domain/health/health.js";
import { type GridConfig, isWatchedByMachines } from "../../domain/config/grid-file.js";
import { heldGapsOf } from "../../domain/config/code-gaps.js";
import type { GridView, MachineView, ServiceView } from "../../domain/matching/grid-view.js";
import type { PauseView } from "../../domain/holds/pause.js";
import { releaseLimit } from "../../domain/health/release-after-outage.js";
import type { ServiceState } from "../../domain/states.js";
import { iso, type Queries } from "../connect.js";
import { NoGridError } from "./grid-config.js";
import { watchedByMachines } from "../services/services.js";

/** A machine whose agent has not reported for this long is offline. */
export const offlineAfterMs = 20_000;
/** After this many intervals without a report of an agent, the state of a service is unknown. */
const staleAfterReports = 4;

/**
 * For a row with `definition`, `seen_at` and `reported_at`: whether the agent is online and has probed the service recently
 * enough, given the pace that the service's rate allows.
 */
export const isReportFresh = sql`(
  seen_at > now() - make_interval(secs => ${offlineAfterMs / 1000})
  and reported_at > now() - ${staleAfterReports} * make_interval(secs => (definition->>'timeout')::float / 1000 + greatest(
    (definition->>'every')::float / 1000, (select count(*) from machines where health <> 'retired') / (definition->>'rate')::float)))`;

interface ServiceRow {
  name: string;
  state: ServiceState;
  since: string;
  detail: string;
  own: boolean;
  lastProbeAt: string | null;
  every: number;
  timeout: number;
  isTest: boolean;
  release: string | null;
  override: Override | null;
}

interface MachineServiceRow {
  service: string;
  machine: string;
  state: ServiceState;
  since: string;
  detail: string;
}

/** Everything that decides where jobs can run, at one moment of the database's clock. */
export async function readGridView(queries: Queries): Promise<GridView & { config: GridConfig }> {
  const result = await sql<{
    now: string;
    services: ServiceRow[];
    onMachines: MachineServiceRow[];
    machines: MachineView[];
    pauses: PauseView[];
    exclusions: Exclusion[];
    config: GridConfig;
  }>`
    select
      ${iso("now()")} as now,
      (select config from grid) as config,
      (select coalesce(jsonb_agg(jsonb_build_object(
          'name', service, 'state', state, 'own', own, 'since', to_char(since at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
          'lastProbeAt', ${iso("last_probe_at")}, 'every', (definition->>'every')::float, 'timeout', (definition->>'timeout')::float, 'isTest', definition->'probe' ? 'test',
          'release', ${iso("release_since")}, 'override', case when (override->>'until')::timestamptz > now() then override end, 'detail', detail) order by own, service), '[]') from services) as services,
      (select coalesce(jsonb_agg(jsonb_build_object(
          'service', service, 'machine', machine, 'since', to_char(since at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'detail', detail,
          'state', case when ${isReportFresh} then state else 'unknown' end)), '[]')
        from (
          select m.*, seen_at, definition from machine_services m join machines using (machine) join services using (service)
          where health <> 'retired' and ${watchedByMachines}) as m) as "onMachines",
      (select coalesce(jsonb_agg(jsonb_build_object(
          'name', machine, 'host', host, 'slots', slots, 'facts', facts, 'health', health, 'draining', draining,
          'online', seen_at > now() - make_interval(secs => ${offlineAfterMs / 1000})) order by machine), '[]')
        from machines where health <> 'retired') as machines,
      (select coalesce(jsonb_agg(jsonb_build_object(
          'pauseId', pause_id, 'kind', kind, 'scope', scope, 'name', name, 'reason', reason, 'author', author,
          'since', ${iso("starts_at")}, 'until', ${iso("until")}) order by starts_at), '[]')
        from pauses where ended_at is null and starts_at <= now() and (until is null or until > now())) as pauses,
      (select coalesce(jsonb_agg(rule order by created_at), '[]') from exclusions where ended_at is null) as exclusions`.execute(
    queries,
  );
  const row = result.rows[0];
  if (row?.config == null) throw new NoGridError("this database holds no grid yet; start one with `holdfast up`");
  const { config, now, machines, pauses } = row;
  const trusted = await countTrusted(queries, row.services, config.hold.trust);
  return {
    config,
    now,
    machines,
    pauses,
    services: toServiceViews(row.services, row.onMachines, pauses, config, trusted, Date.parse(now)),
    exclusions: [...(config.exclusions as Exclusion[]), ...row.exclusions],
    selections: config.selections,
    heldGaps: heldGapsOf(config),
  };
}

/** For each service that is being released: the number of released jobs that went well or have run long enough. */
async function countTrusted(
  queries: Queries,
  services: readonly ServiceRow[],
  trustMs: number,
): Promise<Map<string, number>> {
  const released = services.filter(({ release }) => release !== null);
  const counts = new Map<string, number>();
  for (const { name, release } of released) {
    const result = await sql<{ trusted: number }>`
      select count(*) as trusted from attempts a join jobs j using (job_id) join leases l using (lease_id)
      where l.offered_at >= ${release} and j.requirements @> ${JSON.stringify([{ requirement: `service:${name}` }])}
        and (a.outcome in ('passed', 'candidate') or (a.ended_at is null and a.started_at < now() - make_interval(secs => ${trustMs / 1000})))`.execute(
      queries,
    );
    counts.set(name, result.rows[0]?.trusted ?? 0);
  }
  return counts;
}

function toServiceViews(
  rows: readonly ServiceRow[],
  onMachines: readonly MachineServiceRow[],
  pauses: readonly PauseView[],
  config: GridConfig,
  trusted: ReadonlyMap<string, number>,
  now: number,
): ServiceView[] {
  const dependsOn = Object.fromEntries(
    Object.entries(config.services).map(([name, service]) => [name, service.dependsOn]),
  );
  const onMachinesOf = (name: string) => {
    const service = config.services[name];
    return service !== undefined && isWatchedByMachines(service) ? statesOn(name, onMachines) : null;
  };
  const isDown = (name: string) =>
    isDownAsWhole(
      rows.find((row) => row.name === name)?.state,
      Object.values(onMachinesOf(name) ?? {}).map(({ state }) => state),
    );
  return rows.map(({ name, state, since, detail, own, override, ...probed }) => {
    const window = pauses.find(
      (pause) => pause.kind === "maintenance" && pause.scope === "service" && pause.name === name,
    );
    const watched = onMachinesOf(name);
    const count = trusted.get(name);
    const shown = isStale(probed, probed.lastProbeAt, now) && watched === null ? "unknown" : state;
    return {
      name,
      own,
      ...(watched === null ? { state: shown, since, detail } : summaryOf(watched)),
      ...(override === null ? {} : { detail: describeOverride(override) }),
      ...(window === undefined ? {} : { state: "maintenance" as const, since: window.since, detail: window.reason }),
      cause: isDown(name) ? (rootCause(name, isDown, dependsOn) ?? null) : null,
      release: count === undefined ? null : releaseLimit(count),
      onMachines: watched,
    };
  });
}

function statesOn(name: string, rows: readonly MachineServiceRow[]): NonNullable<ServiceView["onMachines"]> {
  return Object.fromEntries(
    rows
      .filter(({ service }) => service === name)
      .map(({ machine, state, since, detail }) => [machine, { state, since, detail }]),
  );
}

/** Summarizes a service that each machine has for itself. If its states differ, it is degraded or unknown as a whole. */
function summaryOf(watched: NonNullable<ServiceView["onMachines"]>): Pick<ServiceView, "state" | "since" | "detail"> {
  const each = Object.entries(watched).sort(([left], [right]) => (left < right ? -1 : 1));
  const [, first] = each[0] ?? [];
  if (first === undefined) return { state: "unknown", since: "", detail: "no machine has reported it yet" };
  const states = new Set(each.map(([, { state }]) => state));
  const state = states.size === 1 ? first.state : states.has("down") || states.has("degraded") ? "degraded" : "unknown";
  const troubled = each.filter(([, there]) => there.state !== "up");
  const shown = troubled.length === 0 ? each : troubled;
  return {
    state,
    since: shown.map(([, there]) => there.since).sort()[0] ?? "",
    detail: shown
      .map(([machine, there]) => `${there.state} on ${machine}${there.detail === "" ? "" : `: ${there.detail}`}`)
      .join("; "),
  };
}
