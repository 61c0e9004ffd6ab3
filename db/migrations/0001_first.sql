-- Up Migration

-- One row: the grid itself. cluster and namespace ids tell whether Temporal still is the one that knows our jobs.
create table grid (
  single boolean primary key default true check (single),
  config jsonb not null,
  cluster_id text,
  namespace_id text,
  reconciled_at timestamptz
);

create table sources (
  source_hash text primary key,
  size_bytes bigint not null,
  content bytea not null,
  suite_file text not null,
  created_at timestamptz not null default now()
);

create table submissions (
  submission_id text primary key,
  idempotency_key text unique,
  owner text not null,
  project text not null,
  branch text not null,
  revision text not null,
  source_kind text not null check (source_kind in ('upload', 'git')),
  source_url text,
  source_hash text references sources,
  tests text[],
  tell text[] not null,
  state text not null check (state in ('fetching', 'held', 'expanded', 'rejected', 'cancelled', 'expired')),
  failure_identifier text,
  reason text,
  submitted_at timestamptz not null default now(),
  changed_at timestamptz not null default now()
);
create index submissions_fetching on submissions (changed_at) where state in ('fetching', 'held');

create table jobs (
  job_id text primary key,
  submission_id text not null references submissions,
  test text not null,
  variant jsonb not null,
  definition jsonb not null,
  state text not null check (state in ('analysing', 'waiting', 'held', 'preparing', 'running', 'verifying', 'finished')),
  verdict text check (verdict in ('pass', 'fail', 'abort')),
  abort_reason text,
  blame text,
  failure_identifier text,
  flaky boolean not null default false,
  cancel_requested_by text,
  hold_extra_ms bigint not null default 0,
  parking text not null default '',
  requirements jsonb,
  evidence jsonb not null default '[]',
  submitted_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  changed_at timestamptz not null default now(),
  check ((state = 'finished') = (verdict is not null))
);
create index jobs_of_submission on jobs (submission_id);
create index jobs_unfinished on jobs (changed_at) where verdict is null;
create index jobs_by_state on jobs (state, job_id);
create index jobs_by_test on jobs (test, job_id);
create index jobs_by_verdict on jobs (verdict, job_id);

create table attempts (
  job_id text not null references jobs,
  number integer not null,
  purpose text not null,
  lease_id text not null,
  machine text not null,
  host text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  outcome text,
  failure_identifier text,
  report jsonb,
  primary key (job_id, number)
);

create table logs (
  job_id text not null,
  attempt integer not null,
  start_offset bigint not null,
  content bytea not null,
  primary key (job_id, attempt, start_offset)
);

-- A class is what waiters have in common that decides where and whether they can run.
create table classes (
  class text primary key,
  definition jsonb not null,
  reasons jsonb not null default '[]',
  settled boolean not null default true
);

create table waiters (
  job_id text primary key references jobs,
  parking text not null,
  class text not null references classes,
  purpose text not null,
  submitter text not null,
  priority integer not null,
  sequence bigint generated always as identity,
  not_before timestamptz not null,
  avoid text[] not null,
  prefer text[] not null,
  since timestamptz not null default now(),
  offered boolean not null default false
);
create index waiters_in_line on waiters (class, priority desc, sequence) where not offered;
create index waiters_offered on waiters (job_id) where offered;
create index waiters_backing_off on waiters (not_before) where not offered;

create table holds (
  hold_id bigint generated always as identity primary key,
  job_id text not null references jobs,
  reason text not null,
  service text,
  detail text not null,
  since timestamptz not null,
  until timestamptz
);
create index holds_of_job on holds (job_id);
create unique index holds_open on holds (job_id, reason, coalesce(service, '')) where until is null;

create table machines (
  machine text primary key,
  host text not null,
  slots integer not null,
  facts jsonb not null,
  health text not null default 'good' check (health in ('good', 'unknown', 'bad', 'maintenance', 'retired')),
  draining boolean not null default false,
  agent text,
  seen_at timestamptz not null
);

create table leases (
  lease_id text primary key,
  fence bigint generated always as identity,
  job_id text not null references jobs,
  parking text not null,
  submitter text not null,
  machine text not null references machines,
  offered_at timestamptz not null,
  confirmed_at timestamptz,
  expires_at timestamptz not null,
  released_at timestamptz
);
create index leases_live on leases (machine) where released_at is null;
create index leases_of_job on leases (job_id) where released_at is null;

create table services (
  service text primary key,
  definition jsonb not null,
  state text not null default 'unknown' check (state in ('up', 'degraded', 'down', 'unknown', 'maintenance')),
  since timestamptz not null,
  failures_in_row integer not null default 0,
  successes_in_row integer not null default 0,
  first_failed_at timestamptz,
  first_good_at timestamptz,
  last_good_at timestamptz,
  last_probe_at timestamptz,
  detail text not null default ''
);

create table outages (
  outage_id text primary key,
  service text not null,
  kind text not null check (kind in ('unplanned', 'maintenance')),
  started_at timestamptz not null,
  last_good_at timestamptz,
  ended_at timestamptz,
  detail text not null
);
create unique index outages_open on outages (service) where ended_at is null;
create index outages_by_time on outages (service, started_at);

create table audit (
  audit_id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  actor text not null,
  action text not null,
  target text not null,
  detail text not null
);

create table outbox (
  message_id text primary key,
  job_id text unique references jobs,
  submission_id text references submissions,
  recipients text[] not null,
  subject text not null,
  body text not null,
  headers jsonb not null,
  created_at timestamptz not null default now(),
  next_try_at timestamptz not null default now(),
  tries integer not null default 0,
  sent_at timestamptz,
  refused_at timestamptz,
  last_error text
);
create index outbox_due on outbox (next_try_at) where sent_at is null and refused_at is null;

-- Down Migration
-- Released schemas are only ever extended.
