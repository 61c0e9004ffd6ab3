-- Up Migration

-- No mail about the job is sent before this time; null if its owner did not ask for that.
alter table jobs add column mail_not_before timestamptz;
-- The same of a mail that waits in the outbox.
alter table outbox add column not_before timestamptz;

-- Down Migration
-- Released schemas are only ever extended.
