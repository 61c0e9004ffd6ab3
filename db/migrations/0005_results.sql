-- Up Migration

-- Files that attempts left. `left_out` says why one was not kept; null if it was.
create table artifacts (
  job_id text not null references jobs,
  attempt integer not null,
  number integer not null,
  path text not null,
  bytes bigint not null,
  left_out text,
  primary key (job_id, attempt, number)
);

create table artifact_pieces (
  job_id text not null,
  attempt integer not null,
  number integer not null,
  start_offset bigint not null,
  content bytea not null,
  primary key (job_id, attempt, number, start_offset),
  foreign key (job_id, attempt, number) references artifacts on delete cascade
);

-- What lists show of a report, so that they need not read it: the first failing subtests, and how many ended how.
alter table attempts
  add column failing jsonb not null default '[]',
  add column counts jsonb;

-- Down Migration
-- Released schemas are only ever extended.
