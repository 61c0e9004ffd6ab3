import type { ColumnType, Generated } from "kysely";
import type { Exclusion } from "../../domain/matching/exclusion.js";
import type { GridConfig, ServiceConfig } from "../../domain/config/grid-file.js";
import type { Override, ServiceHealth } from "../../domain/health/health.js";
import type { BadInterval } from "../../domain/verdict/environment/bad-interval.js";
import type { MachineHealth, OutageKind, PauseKind, PauseScope, ServiceState, Severity } from "../../domain/states.js";
import type { DefaultTime, Json, NullableJson, NullableTime, Time } from "./columns.js";

/** The rows about machines, services, outages, pauses and the audit. */
export interface GridSchema {
  grid: {
    single: Generated<boolean>;
    config: Json<GridConfig>;
    cluster_id: string | null;
    namespace_id: string | null;
    reconciled_at: NullableTime;
    reported_until: NullableTime;
    share_looked_at: NullableTime;
    parts_watcher: string | null;
    parts_watched_until: NullableTime;
  };
  machines: {
    machine: string;
    host: string;
    slots: number;
    facts: Json<Record<string, string>>;
    health: Generated<MachineHealth>;
    draining: Generated<boolean>;
    agent: string | null;
    agent_since: NullableTime;
    seen_at: Time;
    joined_at: NullableTime;
    retired_at: NullableTime;
  };
  services: {
    service: string;
    definition: Json<ServiceConfig>;
    state: Generated<ServiceState>;
    since: Time;
    failures_in_row: Generated<number>;
    successes_in_row: Generated<number>;
    first_failed_at: NullableTime;
    first_good_at: NullableTime;
    last_good_at: NullableTime;
    last_probe_at: NullableTime;
    detail: Generated<string>;
    own: Generated<boolean>;
    downs: ColumnType<string[], string | undefined, string>;
    settle_ms: Generated<number>;
    release_since: NullableTime;
    override: NullableJson<Override>;
    probe_job: string | null;
    probe_wanted_at: NullableTime;
    failed_probes: ColumnType<BadInterval[], string | undefined, string>;
    added_at: NullableTime;
  };
  machine_services: {
    service: string;
    machine: string;
    state: ServiceState;
    since: Time;
    detail: string;
    reported: Json<ServiceHealth>;
    reported_at: Time;
    last_probe_at: NullableTime;
  };
  outages: {
    outage_id: string;
    service: string;
    machine: string | null;
    kind: OutageKind;
    severity: Generated<Severity>;
    started_at: Time;
    last_good_at: NullableTime;
    ended_at: NullableTime;
    detail: string;
    recorded_at: DefaultTime;
    flaps: Generated<number>;
    cause: string | null;
    told_open_at: NullableTime;
    told_closed_at: NullableTime;
    reminded_at: NullableTime;
    reminders: Generated<number>;
    webhook_at: NullableTime;
    looked_back_at: NullableTime;
  };
  pauses: {
    pause_id: string;
    kind: PauseKind;
    scope: PauseScope;
    name: string;
    reason: string;
    author: string;
    starts_at: Time;
    until: NullableTime;
    stops_running: boolean;
    created_at: DefaultTime;
    begun_at: NullableTime;
    ended_at: NullableTime;
    ended_by: string | null;
  };
  exclusions: {
    exclusion_id: string;
    rule: Json<Exclusion>;
    author: string;
    created_at: DefaultTime;
    ended_at: NullableTime;
    ended_by: string | null;
  };
  audit: {
    audit_id: Generated<number>;
    at: DefaultTime;
    actor: string;
    action: string;
    target: string;
    detail: string;
    order_id: string | null;
  };
}
