-- Up Migration

alter table services
  -- A part of the grid itself; it is not named in grid.yaml.
  add column own boolean not null default false,
  -- When it recently went down, and for how long it must be up before it counts as up again (VERDICT.md, section 5).
  add column downs jsonb not null default '[]',
  add column settle_ms bigint not null default 0,
  -- Since when its jobs are let through step by step; null when all may run.
  add column release_since timestamptz,
  add column override jsonb,
  -- The job that watches it now, where its probe is a test.
  add column probe_job text references jobs,
  -- Since when a run of that test is wanted: somebody waits for its result.
  add column probe_wanted_at timestamptz;

-- The state of a service on one machine, as its agent counts it.
create table machine_services (
  service text not null references services on delete cascade,
  machine text not null references machines on delete cascade,
  state text not null default 'unknown' check (state in ('up', 'degraded', 'down', 'unknown')),
  since timestamptz not null,
  detail text not null default '',
  reported jsonb not null,
  reported_at timestamptz not null,
  primary key (service, machine)
);

alter table outages
  add column recorded_at timestamptz not null default now(),
  add column machine text,
  add column severity text not null default 'down' check (severity in ('down', 'degraded')),
  add column flaps integer not null default 0,
  -- The service whose own outage explains this one.
  add column cause text,
  add column told_open_at timestamptz,
  add column told_closed_at timestamptz,
  add column reminded_at timestamptz,
  add column reminders integer not null default 0,
  add column webhook_at timestamptz;
update outages set told_open_at = started_at, told_closed_at = ended_at;
drop index outages_open;
create unique index outages_open on outages (service, coalesce(machine, '')) where ended_at is null;
create index outages_to_tell on outages (started_at) where told_closed_at is null;

-- What admins stop: at once, or planned as maintenance. `name` is empty for the grid.
create table pauses (
  pause_id text primary key,
  kind text not null check (kind in ('pause', 'maintenance')),
  scope text not null check (scope in ('grid', 'service', 'machine', 'job')),
  name text not null,
  reason text not null,
  author text not null,
  starts_at timestamptz not null,
  until timestamptz,
  stops_running boolean not null,
  created_at timestamptz not null default now(),
  -- Set when the gate first obeyed it, and when it ended.
  begun_at timestamptz,
  ended_at timestamptz,
  ended_by text
);
create index pauses_open on pauses (scope, name) where ended_at is null;
create index pauses_by_time on pauses (starts_at);

create table exclusions (
  exclusion_id text primary key,
  rule jsonb not null,
  author text not null,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  ended_by text
);

alter table submissions
  -- The service that this submission's job watches, where its probe is a test.
  add column monitors text,
  add column notice_after_ms bigint,
  add column noticed_at timestamptz;
create index submissions_to_notice on submissions (submitted_at) where notice_after_ms is not null and noticed_at is null;

-- What an order to the gate came to; the same order is obeyed once.
alter table audit add column order_id text unique;

-- The sender that has a mail under way, by the number of the lock that it holds while it lives.
alter table outbox add column claimed_by bigint;

alter table grid
  add column reported_until timestamptz,
  add column share_looked_at timestamptz;

-- Whoever waits without a back-off stands in line since the moment from which it may run.
create index waiters_delayed on waiters (not_before) where not offered and not_before > since;
create index holds_by_time on holds (since);
create index holds_of_service on holds (service, since);
create index leases_by_time on leases (offered_at);
create index attempts_by_end on attempts (ended_at);
create index attempts_by_start on attempts (started_at);
-- Rises whenever the reasons or members of a class change otherwise than by parking: what is settled for an older one is void.
alter table classes add column version bigint not null default 0;

-- Down Migration
-- Released schemas are only ever extended.
