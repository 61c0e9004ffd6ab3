-- Up Migration

-- What reading a job's code found besides requirements: calls that were not understood, waived requirements.
alter table jobs add column analysis jsonb;
