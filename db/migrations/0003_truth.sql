-- Up Migration

-- Who asked for a submission's jobs: a user, a monitor, or another job that needs them as its proof.
alter table submissions add column origin text not null default 'user' check (origin in ('user', 'monitor', 'companion', 'reopen'));
update submissions set origin = 'monitor' where monitors is not null;

alter table jobs
  -- The job for whose verdict this one runs, and what for.
  add column companion_of text references jobs,
  add column companion_purpose text,
  -- Where it is to run, and what it keeps for itself meanwhile.
  add column companion_wish jsonb,
  -- Set when its result has become an attempt of that job.
  add column folded_at timestamptz;
create index jobs_companions on jobs (companion_of) where companion_of is not null;
-- The last passing source of a test.
create index jobs_passed on jobs (test, job_id desc) where verdict = 'pass';

-- The job, beside this one, in which an attempt was made: that has its log.
alter table attempts add column companion text;

alter table waiters
  -- What the job keeps for itself while it runs: `service:<name>`, or `host` for the host that it gets.
  add column exclusive text[] not null default '{}',
  -- How often it has disturbed its surroundings.
  add column disturbances integer not null default 0;

alter table leases
  -- What the job uses while it runs, and what of that nobody else may: `service:<name>`, `host:<name>`.
  add column uses text[] not null default '{}',
  add column exclusive text[] not null default '{}';

-- Down Migration
-- Released schemas are only ever extended.
