-- Up Migration

alter table submissions
  -- What the submission itself asks for, and what its suite file says; `{ when, as }`, both may be missing.
  add column mail_asked jsonb not null default '{}',
  add column mail_suite jsonb not null default '{}',
  -- Failures that had a mail of their own, where the others are gathered; when what is gathered must be told; digests so far.
  add column alarms integer not null default 0,
  add column digest_due_at timestamptz,
  add column digests integer not null default 0,
  -- Whether it ends older jobs of its project and branch that have not run; null where that stands in a suite file yet to be fetched.
  add column supersede boolean,
  -- When that was done last; null when it is to be done, again if an older submission has got its jobs only since.
  add column superseded_at timestamptz;
create index submissions_digest_due on submissions (digest_due_at) where digest_due_at is not null;
create index submissions_superseding on submissions (project, branch, submission_id) where supersede;
create index submissions_to_supersede on submissions (submission_id) where supersede and superseded_at is null;

alter table jobs
  -- How its end is told; null before it, for jobs that nobody is told of, and for those of before 0.3.
  add column told_how text check (told_how in ('mail', 'digest', 'unwanted', 'superseded')),
  -- The message id of the mail that tells it; null while it waits for its digest, and where nobody wants to know.
  add column told_by text,
  -- Which recipients want to know: those who want `all`, `failures` or `changes`.
  add column wanted_by text[] not null default '{}',
  -- The newer submission that took its place.
  add column superseded_by text references submissions;
create index jobs_open_of_submission on jobs (submission_id) where verdict is null;
create index jobs_gathered on jobs (submission_id) where told_how = 'digest' and told_by is null;
create index jobs_superseded on jobs (superseded_by) where superseded_by is not null;
create index jobs_to_supersede on jobs (job_id) where superseded_by is not null and verdict is null;

-- Of which jobs an address wants to hear, whoever submits them.
create table mail_preferences (
  address text primary key check (address = lower(address)),
  tell_when text not null check (tell_when in ('all', 'failures', 'changes')),
  changed_by text not null,
  changed_at timestamptz not null default now()
);

alter table outbox
  -- A number that people can type.
  add column mail_id bigint generated always as identity,
  -- Those who do not have it yet; null before the first try: all.
  add column pending text[],
  -- The relay refused it for all together: each gets it in a transaction of its own.
  add column apart boolean not null default false;
create unique index outbox_by_number on outbox (mail_id);
create index outbox_refused on outbox (mail_id) where refused_at is not null;

-- Recipients whom the relay turned away: for now, since when; or for good.
create table mail_troubles (
  message_id text not null references outbox,
  recipient text not null,
  error text not null,
  since timestamptz not null default now(),
  refused_at timestamptz,
  -- When the admins were told of it.
  reported_at timestamptz,
  primary key (message_id, recipient)
);
create index mail_troubles_to_report on mail_troubles (refused_at) where refused_at is not null and reported_at is null;
create index mail_troubles_reported on mail_troubles (recipient, reported_at) where reported_at is not null;

-- Tokens beside the one that the grid itself was started with. Only their hashes are kept.
create table tokens (
  token_id text primary key,
  name text not null,
  role text not null check (role in ('admin', 'agent', 'user')),
  token_hash text not null unique,
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz
);

-- Down Migration
-- Released schemas are only ever extended.
