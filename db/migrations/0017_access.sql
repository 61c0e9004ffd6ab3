-- Up Migration

-- Users are submitters now; viewers and operators are new.
alter table tokens drop constraint tokens_role_check;
update tokens set role = 'submitter' where role = 'user';
alter table tokens
  add constraint tokens_role_check check (role in ('viewer', 'submitter', 'operator', 'admin', 'agent')),
  -- The only project that it is for; null for all.
  add column project text,
  -- To the minute.
  add column last_used_at timestamptz;

-- The project of the token that a submission came with, where it is for one only: its suite file may name no other.
alter table submissions add column only_project text;

-- Links that sign a browser in once, as the bearer of a token. Only their hashes are kept.
create table sign_in_links (
  link_hash text primary key,
  token_id text not null,
  expires_at timestamptz not null
);

-- Down Migration
-- Released schemas are only ever extended.
