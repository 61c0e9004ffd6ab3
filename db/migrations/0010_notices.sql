-- Up Migration

-- The control worker that writes down how the grid's own parts are, and until when nobody else does: several may run.
alter table grid
  add column parts_watcher text,
  add column parts_watched_until timestamptz;

-- Since when it is there, and until when it was: unknown of what was there before.
alter table services add column added_at timestamptz;
alter table services alter column added_at set default now();
alter table machines add column joined_at timestamptz, add column retired_at timestamptz;
alter table machines alter column joined_at set default now();

-- Down Migration
-- Released schemas are only ever extended.
