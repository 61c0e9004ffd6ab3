-- Up Migration

-- What jobs are listed by, copied from their submission: it does not change once there are jobs.
alter table jobs
  add column owned_by text,
  add column in_project text,
  add column on_branch text;
update jobs set owned_by = s.owner, in_project = s.project, on_branch = s.branch
  from submissions s where s.submission_id = jobs.submission_id;
alter table jobs
  alter column owned_by set not null,
  alter column in_project set not null,
  alter column on_branch set not null;
create function copy_from_submission() returns trigger language plpgsql as $$ begin
  select owner, project, branch into new.owned_by, new.in_project, new.on_branch
    from submissions where submission_id = new.submission_id;
  return new;
end $$;
create trigger copy_from_submission before insert on jobs for each row execute function copy_from_submission();
create index jobs_finished on jobs (finished_at) where verdict is not null;
create index jobs_by_owner on jobs (owned_by, job_id);
create index jobs_by_project on jobs (in_project, job_id);
create index jobs_by_branch on jobs (in_project, on_branch, job_id);
create index submissions_by_revision on submissions (revision);
create index submissions_by_commit on submissions (source_commit) where source_commit is not null;
create index attempts_by_machine on attempts (machine, job_id);
create index attempts_by_signature on attempts using gin (signatures jsonb_path_ops);
create index holds_by_service on holds (service, job_id) where service is not null;

-- Down Migration
-- Released schemas are only ever extended.
