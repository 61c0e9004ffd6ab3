-- Up Migration

-- The last times in which its probes failed, be it once: [{ "from", "since", "to", "detail" }], `to` null while it lasts.
alter table services add column failed_probes jsonb not null default '[]';
-- Since when its agent, as a process, has reported.
alter table machines add column agent_since timestamptz;

-- Down Migration
-- Released schemas are only ever extended.
