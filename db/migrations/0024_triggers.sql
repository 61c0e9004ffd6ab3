-- Up Migration

-- The states of commits at forges.
alter table webhooks drop constraint webhooks_format_check;
alter table webhooks add constraint webhooks_format_check
  check (format in ('standard', 'slack', 'matrix', 'teams', 'github', 'github-checks', 'gitlab', 'gitea'));

-- While somebody sends it a status. They are sent one after the other: the last one counts.
alter table webhooks add column busy_until timestamptz;
alter table webhook_deliveries add column sequence bigint generated always as identity;
create index webhook_deliveries_of_commit
  on webhook_deliveries (webhook_id, (payload->'data'->'status'->>'commit'), sequence);

-- A failure that was overturned changes what its submission has come to.
create or replace function note_changed_jobs() returns trigger language plpgsql as $$ begin
  insert into events (kind, subject, submission_id, project, state, verdict)
    select 'job', n.job_id, n.submission_id, n.in_project, n.state, n.verdict from fresh n join former o using (job_id)
    where (n.state, n.verdict, n.begun_at, n.overturned) is distinct from (o.state, o.verdict, o.begun_at, o.overturned);
  return null;
end $$;

create index submissions_by_owner on submissions (owner, submission_id) where origin = 'user';
create index submissions_by_project on submissions (project, submission_id) where origin = 'user';

-- What submits by itself: at times, or when a repository gets new commits.
create table triggers (
  trigger_id text primary key,
  name text not null,
  -- The submission: `url`, `path`, `depth`, `revision`, `owner`, `project`, `tests`, `tell`, `supersede`, `mail`.
  submission jsonb not null,
  -- Encrypted; null for none.
  credentials bytea,
  -- Either times: cron lines and their time zone. Or patterns of branches, and the secret that signs what the forge sends, encrypted.
  cron text[],
  time_zone text,
  branches text[],
  secret bytea,
  -- The token that it submits with, and the Idempotency-Key with which it was made.
  token_id text not null,
  request_key text,
  created_by text not null,
  created_at timestamptz not null default now(),
  deleted_at timestamptz,
  -- What came of it last.
  last_at timestamptz,
  last_submission_id text,
  last_error text,
  unique (token_id, request_key),
  check ((cron is null) = (time_zone is null)),
  check ((cron is null) = (branches is not null)),
  check ((branches is null) = (secret is null))
);

-- Down Migration
-- Released schemas are only ever extended.
