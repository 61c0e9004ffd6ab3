-- Up Migration

-- What a job can be looked up by that it may have more than one of: its machines, the labels of its logs, the services that
-- held it. Read in the order of ids.
create table job_facets (
  kind text not null check (kind in ('machine', 'label', 'service')),
  value text not null,
  job_id text not null,
  primary key (kind, value, job_id)
);
insert into job_facets
  select 'machine', machine, job_id from attempts
  union select 'label', found->>'label', job_id from attempts, jsonb_array_elements(signatures) found
  union select 'service', service, job_id from holds where service is not null;

create function note_machine_of_job() returns trigger language plpgsql as $$ begin
  insert into job_facets select distinct 'machine', machine, job_id from fresh order by job_id on conflict do nothing;
  return null;
end $$;
create trigger note_machine_of_job after insert on attempts referencing new table as fresh
  for each statement execute function note_machine_of_job();
create function note_labels_of_job() returns trigger language plpgsql as $$ begin
  delete from job_facets where kind = 'label' and job_id = new.job_id
    and value in (select each.found_line->>'label' from jsonb_array_elements(old.signatures) as each (found_line));
  insert into job_facets
    select distinct 'label', each.found_line->>'label', job_id from attempts, jsonb_array_elements(signatures) as each (found_line)
    where job_id = new.job_id on conflict do nothing;
  return null;
end $$;
create trigger note_labels_of_job after update of signatures on attempts for each row
  when (new.signatures is distinct from old.signatures) execute function note_labels_of_job();
create function note_service_of_job() returns trigger language plpgsql as $$ begin
  insert into job_facets select distinct 'service', service, job_id from fresh where service is not null order by job_id
    on conflict do nothing;
  return null;
end $$;
create trigger note_service_of_job after insert on holds referencing new table as fresh
  for each statement execute function note_service_of_job();
drop index attempts_by_machine;
drop index attempts_by_signature;
drop index holds_by_service;
-- For counting whom an outage held.
create index holds_by_service on holds (service, job_id) include (since, until) where service is not null;

-- Jobs with a verdict, jobs that have run, and the failures of a test, in the order of their ids.
create index jobs_ended on jobs (job_id) where verdict is not null;
create index jobs_run on jobs (job_id) where started_at is not null;
create index jobs_by_test_and_verdict on jobs (test, verdict, job_id);

-- How many unfinished jobs there are: the sum of changes. Rows are only ever added, so that nobody waits for a lock; the
-- control worker replaces them by their sums from time to time.
create table job_tallies (submitter text not null, origin text not null, state text not null, change bigint not null);
insert into job_tallies
  select submitter, origin, jobs.state, count(*) from jobs join submissions using (submission_id)
  where verdict is null group by submitter, origin, jobs.state;
create function tally_new_jobs() returns trigger language plpgsql as $$ begin
  insert into job_tallies
    select submitter, origin, fresh.state, count(*) from fresh join submissions using (submission_id)
    where verdict is null group by submitter, origin, fresh.state;
  return null;
end $$;
create trigger tally_new_jobs after insert on jobs referencing new table as fresh
  for each statement execute function tally_new_jobs();
create function tally_changed_jobs() returns trigger language plpgsql as $$ begin
  insert into job_tallies
    select submitter, origin, moved.state, sum(moved.change) from (
      select n.submission_id, n.state, 1 as change from fresh n join former o using (job_id)
        where n.state <> o.state and n.verdict is null
      union all
      select o.submission_id, o.state, -1 from fresh n join former o using (job_id)
        where n.state <> o.state and o.verdict is null) moved
    join submissions using (submission_id) group by submitter, origin, moved.state having sum(moved.change) <> 0;
  return null;
end $$;
create trigger tally_changed_jobs after update on jobs referencing old table as former new table as fresh
  for each statement execute function tally_changed_jobs();

-- The same for jobs in the queue that are not offered to a machine, by class and test.
create table queue_tallies (class text not null, test text not null, change bigint not null);
insert into queue_tallies
  select class, test, count(*) from waiters join jobs using (job_id) where not offered group by class, test;
create function tally_new_waiters() returns trigger language plpgsql as $$ begin
  insert into queue_tallies
    select class, test, count(*) from fresh join jobs using (job_id) where not offered group by class, test;
  return null;
end $$;
create trigger tally_new_waiters after insert on waiters referencing new table as fresh
  for each statement execute function tally_new_waiters();
create function tally_gone_waiters() returns trigger language plpgsql as $$ begin
  insert into queue_tallies
    select class, test, -count(*) from former join jobs using (job_id) where not offered group by class, test;
  return null;
end $$;
create trigger tally_gone_waiters after delete on waiters referencing old table as former
  for each statement execute function tally_gone_waiters();
create function tally_changed_waiters() returns trigger language plpgsql as $$ begin
  insert into queue_tallies
    select class, test, sum(moved.change) from (
      select class, job_id, 1 as change from fresh where not offered
      union all
      select class, job_id, -1 from former where not offered) moved
    join jobs using (job_id) group by class, test having sum(moved.change) <> 0;
  return null;
end $$;
create trigger tally_changed_waiters after update on waiters referencing old table as former new table as fresh
  for each statement execute function tally_changed_waiters();

-- Down Migration
-- Released schemas are only ever extended.
