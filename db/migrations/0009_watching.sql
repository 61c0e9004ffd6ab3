-- Up Migration

alter table machine_services
  -- The agent's time of the last probe that it told of; `reported_at` is when it first told of that one.
  add column last_probe_at timestamptz;

-- Down Migration
-- Released schemas are only ever extended.
