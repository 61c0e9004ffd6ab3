import type { ColumnType, Generated } from "kysely";
import type { StoredDefinition } from "../../domain/jobs/job-definition.js";
import type { FailureIdentifier } from "../../domain/failures/failures.js";
import type { MailWhen, MailWish, NotifiedBy } from "../../domain/mail/mail-policy.js";
import type { HoldReason } from "../../domain/matching/machine-availability.js";
import type { JobClass } from "../../domain/matching/eligibility.js";
import type { JobRequirement } from "../../domain/requirements/requirement.js";
import type { SignatureFound } from "../../domain/failures/signature.js";
import type { Variant } from "../../domain/jobs/variant.js";
import type {
  Attempt,
  AttemptReport,
  CompanionPurpose,
  EvidenceLine,
  Purpose,
  SubtestCounts,
} from "../../domain/verdict/attempt.js";
import type { ComparisonWish } from "../../domain/verdict/decision.js";
import type { AbortReason, Blame, JobState, Outcome, SubmissionState, Verdict } from "../../domain/states.js";
import type { DefaultTime, Json, NullableJson, NullableTime, Time } from "./columns.js";
import type { MailSchema } from "./mail-schema.js";
import type { DoubtSchema } from "./doubt-schema.js";
import type { GridSchema } from "./grid-schema.js";

/** The rows of PostgreSQL, as the migrations make them. */
export interface Schema extends GridSchema, MailSchema, DoubtSchema {
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
    origin: Generated<"user" | "monitor" | "companion" | "reopen">;
    notice_after_ms: number | null;
    noticed_at: NullableTime;
    mail_asked: ColumnType<MailWish, string | undefined, string>;
    mail_suite: ColumnType<MailWish, string | undefined, string>;
    alarms: Generated<number>;
    digest_due_at: NullableTime;
    digests: Generated<number>;
    supersede: boolean | null;
    superseded_at: NullableTime;
    source_path: Generated<string>;
    source_depth: number | null;
    source_commit: string | null;
    is_branch_given: Generated<boolean>;
    note: string | null;
    refusal: string | null;
    refused_since: NullableTime;
    refusal_told_at: NullableTime;
    credentials: Buffer | null;
    submitter: Generated<string>;
    request_hash: string | null;
  };
  suite_files: { source_hash: string; path: string; content: string };
  jobs: {
    job_id: string;
    submission_id: string;
    test: string;
    variant: Json<Variant>;
    definition: Json<StoredDefinition>;
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
    companion_of: string | null;
    companion_purpose: CompanionPurpose | null;
    companion_wish: NullableJson<ComparisonWish>;
    folded_at: NullableTime;
    history_key: string | null;
    told_how: NotifiedBy | null;
    told_by: string | null;
    wanted_by: Generated<MailWhen[]>;
    superseded_by: string | null;
    looked_back_at: NullableTime;
    overturned: Generated<boolean>;
    skips_crowd: Generated<boolean>;
    begun_at: NullableTime;
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
    companion: string | null;
    failing: ColumnType<string[], string | undefined, string>;
    counts: NullableJson<SubtestCounts>;
    signatures: NullableJson<SignatureFound[]>;
    secret: string | null;
  };
  artifacts: {
    job_id: string;
    attempt: number;
    number: number;
    path: string;
    bytes: number;
    left_out: string | null;
  };
  artifact_pieces: { job_id: string; attempt: number; number: number; start_offset: number; content: Buffer };
  logs: { job_id: string; attempt: number; start_offset: number; content: Buffer };
  classes: {
    class: string;
    definition: Json<JobClass>;
    reasons: ColumnType<HoldReason[], string | undefined, string>;
    settled: Generated<boolean>;
    version: Generated<number>;
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
    exclusive: Generated<string[]>;
    disturbances: Generated<number>;
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
    ending_since: NullableTime;
    uses: Generated<string[]>;
    exclusive: Generated<string[]>;
  };
  outbox: {
    message_id: string;
    job_id: string | null;
    submission_id: string | null;
    recipients: string[];
    subject: string;
    body: string;
    html: string | null;
    headers: Json<Record<string, string>>;
    created_at: DefaultTime;
    next_try_at: DefaultTime;
    tries: Generated<number>;
    claimed_by: number | null;
    sent_at: NullableTime;
    refused_at: NullableTime;
    last_error: string | null;
    mail_id: Generated<number>;
    pending: string[] | null;
    apart: Generated<boolean>;
  };
}

/** The fields that a review adds to an agent's report. */
export type AttemptContext = Omit<Attempt, keyof AttemptReport | "number" | "purpose" | "machine" | "host">;
