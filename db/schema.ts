import type { ColumnType, Generated, JSONColumnType } from "kysely";
import type { JobDefinition } from "../domain/job-definition.js";
import type { Exclusion } from "../domain/exclusion.js";
import type { GridConfig, ServiceConfig } from "../domain/files/grid-file.js";
import type { FailureIdentifier } from "../domain/failures.js";
import type { Override, ServiceHealth } from "../domain/health.js";
import type { HoldReason, JobClass } from "../domain/matching.js";
import type { JobRequirement } from "../domain/requirement.js";
import type { Variant } from "../domain/variant.js";
import type { AttemptReport, EvidenceLine, Purpose } from "../domain/verdict/attempt.js";
import type {
  AbortReason,
  Blame,
  JobState,
  MachineHealth,
  OutageKind,
  Outcome,
  PauseKind,
  PauseScope,
  ServiceState,
  Severity,
  SubmissionState,
  Verdict,
} from "../domain/words.js";

/** A JSON column: read as its value, written as text. */
type Json<T> = JSONColumnType<T & object>;
/** A JSON column that may be null. */
type NullableJson<T> = ColumnType<T | null, string | null, string | null>;
type Time = ColumnType<Date, Date | string, Date | string>;
type NullableTime = ColumnType<Date | null, Date | string | null, Date | string | null>;
type DefaultTime = ColumnType<Date, Date | string | undefined, Date | string>;

/** The rows of PostgreSQL, as the migrations make them. */
export interface Schema {
  grid: {
    single: Generated<boolean>;
    config: Json<GridConfig>;
    cluster_id: string | null;
    namespace_id: string | null;
    reconciled_at: NullableTime;
    reported_until: NullableTime;
    share_alerted_at: NullableTime;
  };
  sources: { source_hash: string; size_bytes: number; content: Buffer; suite_file: string; created_at: DefaultTime };
  submissions: {
    submission_id: string;
    idempotency_key: string | null;
    owner: string;
    project: string;
    branch: string;
    revision: string;
    source_kind: "upload" | "git";
    source_url: string | null;
    source_hash: string | null;
    tests: string[] | null;
    tell: string[];
    state: SubmissionState;
    failure_identifier: FailureIdentifier | null;
    reason: string | null;
    submitted_at: DefaultTime;
    changed_at: DefaultTime;
    monitors: string | null;
    notice_after_ms: number | null;
    noticed_at: NullableTime;
  };
  jobs: {
    job_id: string;
    submission_id: string;
    test: string;
    variant: Json<Variant>;
    definition: Json<JobDefinition>;
    state: JobState;
    verdict: Verdict | null;
    abort_reason: AbortReason | null;
    blame: Blame | null;
    failure_identifier: FailureIdentifier | null;
    flaky: Generated<boolean>;
    cancel_requested_by: string | null;
    hold_extra_ms: Generated<number>;
    parking: Generated<string>;
    requirements: NullableJson<JobRequirement[]>;
    evidence: ColumnType<EvidenceLine[], string | undefined, string>;
    submitted_at: DefaultTime;
    started_at: NullableTime;
    finished_at: NullableTime;
    changed_at: DefaultTime;
  };
  attempts: {
    job_id: string;
    number: number;
    purpose: Purpose;
    lease_id: string;
    machine: string;
    host: string;
    started_at: Time;
    ended_at: NullableTime;
    outcome: Outcome | null;
    failure_identifier: FailureIdentifier | null;
    report: NullableJson<AttemptReport & AttemptContext>;
  };
  logs: { job_id: string; attempt: number; start_offset: number; content: Buffer };
  classes: {
    class: string;
    definition: Json<JobClass>;
    reasons: ColumnType<HoldReason[], string | undefined, string>;
    settled: Generated<boolean>;
  };
  waiters: {
    job_id: string;
    parking: string;
    class: string;
    purpose: Purpose;
    submitter: string;
    priority: number;
    sequence: Generated<number>;
    not_before: Time;
    avoid: string[];
    prefer: string[];
    since: DefaultTime;
    offered: Generated<boolean>;
  };
  holds: {
    hold_id: Generated<number>;
    job_id: string;
    reason: FailureIdentifier;
    service: string | null;
    detail: string;
    since: Time;
    until: NullableTime;
  };
  machines: {
    machine: string;
    host: string;
    slots: number;
    facts: Json<Record<string, string>>;
    health: Generated<MachineHealth>;
    draining: Generated<boolean>;
    agent: string | null;
    seen_at: Time;
  };
  leases: {
    lease_id: string;
    fence: Generated<number>;
    job_id: string;
    parking: string;
    submitter: string;
    machine: string;
    offered_at: Time;
    confirmed_at: NullableTime;
    expires_at: Time;
    released_at: NullableTime;
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
  };
  machine_services: {
    service: string;
    machine: string;
    state: ServiceState;
    since: Time;
    detail: string;
    reported: Json<ServiceHealth>;
    reported_at: Time;
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
    flaps: Generated<number>;
    cause: string | null;
    told_open_at: NullableTime;
    told_closed_at: NullableTime;
    reminded_at: NullableTime;
    reminders: Generated<number>;
    webhook_at: NullableTime;
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
  };
  outbox: {
    message_id: string;
    job_id: string | null;
    submission_id: string | null;
    recipients: string[];
    subject: string;
    body: string;
    headers: Json<Record<string, string>>;
    created_at: DefaultTime;
    next_try_at: DefaultTime;
    tries: Generated<number>;
    sent_at: NullableTime;
    refused_at: NullableTime;
    last_error: string | null;
  };
}

/** What the grid adds to an agent's report when it is judged. */
export interface AttemptContext {
  explained: boolean;
  claimBacked: boolean;
  machineLost: boolean;
}
