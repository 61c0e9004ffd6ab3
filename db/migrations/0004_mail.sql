-- Up Migration

-- The same mail for those who read HTML; null in mails that an older Holdfast has queued.
alter table outbox add column html text;

-- The same for all jobs of one project, branch, test and variant: what a test's history is found by.
alter table jobs add column history_key text;
-- The latest only: a grid with millions of jobs must not stand still for its upgrade.
update jobs j set history_key = md5(jsonb_build_array(s.project, s.branch, j.test, j.variant)::text)
from submissions s
where s.submission_id = j.submission_id and j.job_id >= coalesce((select job_id from jobs order by job_id desc offset 200000 limit 1), '');
create index jobs_history on jobs (history_key, job_id desc) where verdict in ('pass', 'fail');
create index jobs_history_passed on jobs (history_key, job_id desc) where verdict = 'pass';
create index submissions_of_branch on submissions (project, branch, submission_id);

-- Signatures found in the attempt's log: labels for people, which decide nothing.
alter table attempts add column signatures jsonb;
create index attempts_passed on attempts (ended_at desc) where outcome = 'passed';

-- Down Migration
-- Released schemas are only ever extended.
