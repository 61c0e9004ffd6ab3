-- Up Migration

alter table submissions
  -- The folder of the suite file within the source; empty for its root.
  add column source_path text not null default '',
  -- How many commits of history come along; 0 for all, null where nothing was said.
  add column source_depth integer,
  -- The commit of an uploaded working tree, where it is one.
  add column source_commit text,
  -- Whether its branch was named by whoever submitted it; else it is that of the ref that is fetched.
  add column is_branch_given boolean not null default true,
  -- What should be known of how its source was understood.
  add column note text,
  -- What the repository's server answered instead of the source, and since when.
  add column refusal text,
  add column refused_since timestamptz,
  add column refusal_told_at timestamptz,
  -- Encrypted; gone as soon as the source is fetched.
  add column credentials bytea;

-- The suite files of sources that have several.
create table suite_files (
  source_hash text not null references sources,
  path text not null,
  content text not null,
  primary key (source_hash, path)
);

-- Down Migration
-- Released schemas are only ever extended.
