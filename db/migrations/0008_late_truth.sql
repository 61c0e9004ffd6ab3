-- Up Migration

-- Null while nobody has looked which verdicts it makes doubtful: since it was recorded, or since it reached further.
-- What was recorded before this schema is past.
alter table outages add column looked_back_at timestamptz default now();
alter table outages alter column looked_back_at drop default;
create index outages_to_look_back on outages (recorded_at) where looked_back_at is null and severity = 'down';

-- Null while nobody has looked for outages that reach into the proof of this failure.
alter table jobs add column looked_back_at timestamptz default now();
alter table jobs alter column looked_back_at drop default;
update jobs set looked_back_at = null where verdict is null;
create index jobs_to_look_back on jobs (finished_at) where verdict = 'fail' and looked_back_at is null;
-- The failure passed when it was run again.
alter table jobs add column overturned boolean not null default false;
create index jobs_failed on jobs (finished_at) where verdict = 'fail';
create index attempts_not_passed on attempts (ended_at) where outcome <> 'passed';

-- A failure that is run again, because an outage was recorded later that reaches into its proof. Each pair is one row:
-- no outage makes anybody doubt the same verdict twice.
create table reopenings (
  doubted text not null references jobs,
  outage_id text not null references outages,
  reopened_as text not null references jobs,
  at timestamptz not null default now(),
  primary key (doubted, outage_id)
);
create index reopenings_by_run on reopenings (reopened_as);

-- Somebody's word that a failure was not his code; `name` is null where nobody gave one.
create table claims (
  claim_id text primary key,
  job_id text not null references jobs,
  name text,
  why text not null,
  at timestamptz not null default now()
);
create index claims_of_job on claims (job_id, at);

-- What an admin says to that, the last word.
create table rulings (
  job_id text primary key references jobs,
  ruling text not null check (ruling in ('agree', 'disagree')),
  why text not null,
  author text not null,
  at timestamptz not null default now()
);

-- Down Migration
-- Released schemas are only ever extended.
