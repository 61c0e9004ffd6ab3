-- Up Migration

-- The control worker that writes down how the grid's own parts are, and until when nobody else does: several may run.
alter table grid
  add column parts_watcher text,
  add column parts_watched_until timestamptz;

-- Down Migration
-- Released schemas are only ever extended.
