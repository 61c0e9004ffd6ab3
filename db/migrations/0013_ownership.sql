-- Up Migration

-- An agent's token is bound to a machine, a user's to a mail address.
alter table tokens
  add column machine text,
  add column address text;

-- Whose token a submission came with; `grid` for the one that the grid was started with.
alter table submissions
  add column submitter text not null default 'grid',
  -- SHA-256 of the request, so that a key that is used again for something else is noticed.
  add column request_hash text;
alter table submissions drop constraint submissions_idempotency_key_key;
create unique index submissions_by_key on submissions (submitter, idempotency_key);
create index submissions_of_submitter on submissions (submitter);

-- What only the agent that began the attempt knows; null for attempts of before 0.4.
alter table attempts add column secret text;

-- Since when an attempt was given up that nobody has said to be over: until then its job begins nowhere else.
alter table leases add column ending_since timestamptz;

-- When the job's workflow was started; null while it waits for its turn.
alter table jobs add column begun_at timestamptz default now();
create index jobs_not_begun on jobs (submission_id, job_id) where begun_at is null and verdict is null;
create index jobs_beginning on jobs (begun_at) where state = 'analysing';

-- How much was uploaded on a day (of UTC), by whom.
create table uploads (
  submitter text not null,
  day date not null,
  bytes bigint not null,
  primary key (submitter, day)
);

-- Down Migration
-- Released schemas are only ever extended.
