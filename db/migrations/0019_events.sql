-- Up Migration

-- What changed, for those who follow it live. Kept for an hour.
create table events (
  event_id bigint generated always as identity,
  -- Readers take an event when no transaction with a lower number is open, so that none is added before what they have read.
  tx xid8 not null default pg_current_xact_id(),
  at timestamptz not null default now(),
  kind text not null check (kind in ('job', 'submission', 'service', 'machine', 'pause')),
  -- The id or name of what changed.
  subject text not null,
  submission_id text,
  project text,
  state text,
  verdict text,
  primary key (tx, event_id)
);
create index events_by_age on events (at);

-- The keys of requests that create something, with a hash of the request, to detect a key that is used again for another one.
create table request_keys (
  token_id text not null,
  key text not null,
  request_hash text not null,
  at timestamptz not null default now(),
  primary key (token_id, key)
);
create index request_keys_by_age on request_keys (at);

create function note_new_jobs() returns trigger language plpgsql as $$ begin
  insert into events (kind, subject, submission_id, project, state)
    select 'submission', submission_id, submission_id, min(in_project), 'expanded' from fresh group by submission_id;
  return null;
end $$;
create trigger note_new_jobs after insert on jobs referencing new table as fresh
  for each statement execute function note_new_jobs();

create function note_changed_jobs() returns trigger language plpgsql as $$ begin
  insert into events (kind, subject, submission_id, project, state, verdict)
    select 'job', n.job_id, n.submission_id, n.in_project, n.state, n.verdict from fresh n join former o using (job_id)
    where (n.state, n.verdict, n.begun_at) is distinct from (o.state, o.verdict, o.begun_at);
  return null;
end $$;
create trigger note_changed_jobs after update on jobs referencing old table as former new table as fresh
  for each statement execute function note_changed_jobs();

-- Attempts and holds are part of what is shown of a job.
create function note_job_part() returns trigger language plpgsql as $$ begin
  insert into events (kind, subject, submission_id, project, state, verdict)
    select 'job', job_id, submission_id, in_project, state, verdict from jobs where job_id in (select distinct job_id from fresh);
  return null;
end $$;
create trigger note_new_attempts after insert on attempts referencing new table as fresh
  for each statement execute function note_job_part();
create trigger note_new_holds after insert on holds referencing new table as fresh
  for each statement execute function note_job_part();
create trigger note_changed_holds after update on holds referencing new table as fresh
  for each statement execute function note_job_part();

create function note_submission() returns trigger language plpgsql as $$ begin
  insert into events (kind, subject, submission_id, project, state)
    values ('submission', new.submission_id, new.submission_id, new.project, new.state);
  return null;
end $$;
create trigger note_new_submission after insert on submissions for each row execute function note_submission();
create trigger note_changed_submission after update on submissions for each row
  when ((old.state, old.reason) is distinct from (new.state, new.reason)) execute function note_submission();

create function note_service() returns trigger language plpgsql as $$ begin
  insert into events (kind, subject, state) values ('service', new.service, new.state);
  return null;
end $$;
create trigger note_service after update on services for each row
  when ((old.state, old.override, old.release_since) is distinct from (new.state, new.override, new.release_since))
  execute function note_service();

-- An outage also tells of services that only some machines miss.
create function note_outage() returns trigger language plpgsql as $$ begin
  insert into events (kind, subject, state) values ('service', new.service, case when new.ended_at is null then 'down' else 'up' end);
  return null;
end $$;
create trigger note_new_outage after insert on outages for each row execute function note_outage();
create trigger note_changed_outage after update on outages for each row
  when ((old.ended_at, old.flaps) is distinct from (new.ended_at, new.flaps)) execute function note_outage();

create function note_machine() returns trigger language plpgsql as $$ begin
  insert into events (kind, subject) values ('machine', new.machine);
  return null;
end $$;
create trigger note_machine after update on machines for each row
  when ((old.health, old.draining) is distinct from (new.health, new.draining)) execute function note_machine();
create trigger note_new_lease after insert on leases for each row execute function note_machine();
create trigger note_released_lease after update on leases for each row
  when (old.released_at is distinct from new.released_at) execute function note_machine();

create function note_pause() returns trigger language plpgsql as $$ begin
  insert into events (kind, subject, state)
    values ('pause', new.pause_id, case when new.ended_at is null then 'on' else 'ended' end);
  return null;
end $$;
create trigger note_new_pause after insert on pauses for each row execute function note_pause();
create trigger note_changed_pause after update on pauses for each row
  when ((old.begun_at, old.ended_at) is distinct from (new.begun_at, new.ended_at)) execute function note_pause();

-- Down Migration
-- Released schemas are only ever extended.
