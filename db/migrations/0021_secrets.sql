-- Up Migration

-- Values that tests of a project get in their environment.
create table secrets (
  project text not null,
  name text not null,
  -- Encrypted.
  value bytea not null,
  updated_by text not null,
  updated_at timestamptz not null default now(),
  -- When an attempt got it, to the minute.
  last_used_at timestamptz,
  primary key (project, name)
);

-- The project whose secrets the submission's jobs may have; '*' for every project, null for none.
alter table submissions add column secrets_of text;
