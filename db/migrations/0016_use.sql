-- Up Migration

-- Which services the processes of an attempt used.
alter table attempts add column use jsonb;

-- Down Migration
-- Released schemas are only ever extended.
