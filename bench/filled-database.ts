import type { BenchGrid } from "./grid.js";

/** The number of jobs of each submission. */
const perSubmission = 250;
const daysBack = 180;

export const owners = ["ada", "ben", "cem", "dea", "eli"].map((name) => `${name}@example.org`);
export const projects = ["shop", "search", "mail", "billing"];

/** Ids as the grid makes them: ULIDs, in the order of time. */
const idFunction = `create or replace function pg_temp.ulid(at timestamptz, n bigint) returns text language sql immutable as $$
  select string_agg(substr('0123456789abcdefghjkmnpqrstvwxyz', ((((extract(epoch from at) * 1000)::bigint >> (5 * (9 - i))) & 31) + 1)::int, 1), '' order by i)
    || lpad(n::text, 16, '0') from generate_series(0, 9) i $$;
create or replace function pg_temp.hash(n bigint, salt int) returns int language sql immutable as $$
  select abs(hashint8(n * 8 + salt) / 2) $$;`;

const list = (values: readonly string[]) => `array[${values.map((value) => `'${value}'`).join(",")}]`;

/**
 * Writes finished and held jobs into a grid's database, spread over half a year, with their submissions, attempts and holds.
 * The rest of the grid does not notice them. @returns a finished job, and how many jobs are held
 */
export async function fillDatabase(
  grid: BenchGrid,
  finished: number,
  held: number,
): Promise<{ jobId: string; submissionId: string; held: number }> {
  const sql = (text: string) =>
    grid.query(`begin; set local session_replication_role = replica; ${idFunction} ${text}; commit`);
  const all = finished + held;
  const at = `now() - interval '${daysBack} days' * (1 - n::float / ${all})`;
  await sql(`
    insert into submissions (submission_id, owner, project, branch, revision, source_kind, tell, state, submitted_at, changed_at)
      select pg_temp.ulid(${at}, n), (${list(owners)})[1 + n / ${perSubmission} % ${owners.length}], (${list(projects)})[1 + n / ${perSubmission} % ${projects.length}],
        case when n / ${perSubmission} % 3 = 0 then 'topic' else 'main' end, 'revision-' || n / ${perSubmission}, 'upload', '{}', 'expanded', ${at}, ${at}
      from generate_series(0, ${all - 1}, ${perSubmission}) n;
    create table bench_jobs as
      select n, pg_temp.ulid(${at}, n) as job_id, ${at} as at, n >= ${finished} as held,
        pg_temp.hash(n, 1) as dice,
        case when pg_temp.hash(n, 2) % 20 = 0 then 'fail' when pg_temp.hash(n, 2) % 33 = 0 then 'abort' else 'pass' end as verdict
      from generate_series(0, ${all - 1}) n;
    insert into jobs (job_id, submission_id, test, variant, definition, state, verdict, abort_reason, failure_identifier, flaky, requirements, evidence,
        submitted_at, begun_at, started_at, finished_at, changed_at, owned_by, in_project, on_branch, looked_back_at, history_key)
      select b.job_id, s.submission_id, 'test-' || dice % 50, jsonb_build_object('browser', case when dice % 3 = 0 then 'firefox' else 'chromium' end), '{}',
        case when b.held then 'held' else 'finished' end, case when not b.held then b.verdict end,
        case when not b.held and b.verdict = 'abort' then 'hold-expired' end, case when not b.held and b.verdict = 'fail' then 'code/test-failed' end, dice % 100 = 3,
        '[{"requirement": "service:nfs", "origin": "declared", "chain": []}]',
        '[{"check": "disk", "result": "good", "detail": "48213 MiB free", "at": "2026-01-01T00:00:00.000Z"}]',
        at, at, case when not b.held then at + interval '5 s' end, case when not b.held then at + interval '25 s' end, at, s.owner, s.project, s.branch, now(), md5((dice % 50)::text)
      from bench_jobs b join submissions s on s.submission_id = pg_temp.ulid(now() - interval '${daysBack} days' * (1 - (n - n % ${perSubmission})::float / ${all}), n - n % ${perSubmission});
    insert into attempts (job_id, number, purpose, lease_id, machine, host, started_at, ended_at, outcome, report, counts, signatures)
      select job_id, 1, 'test', job_id, case when pg_temp.hash(n, 3) % 2 = 0 then 'alpha' else 'beta' end, 'host', at + interval '5 s', at + interval '25 s',
        case when verdict = 'fail' then 'candidate' else 'passed' end, '{}', '{"passed": 3}',
        case when pg_temp.hash(n, 4) % 100 = 0 then '[{"name": "reset", "label": "connection reset", "line": "ECONNRESET", "lineNumber": 4, "attempt": 1, "help": null, "link": null}]'::jsonb end
      from bench_jobs where not held and verdict <> 'abort';
    insert into holds (job_id, reason, service, detail, since, until)
      select job_id, 'infra/service-down', 'nfs', 'nfs is down', at, case when not held then at + interval '4 s' end from bench_jobs where held or pg_temp.hash(n, 5) % 10 = 0;
    insert into job_facets
      select 'machine', machine, job_id from attempts
      union select 'label', found->>'label', job_id from attempts, jsonb_array_elements(signatures) found
      union select 'service', service, job_id from holds;
    insert into job_tallies values ('grid', 'user', 'held', ${held});
    insert into classes (class, definition, reasons) select 'bench-' || c, '{"requirements": ["service:nfs"]}',
      '[{"reason": "infra/service-down", "service": "nfs", "text": "nfs is down"}]' from generate_series(1, 5) c;
    insert into waiters (job_id, parking, class, purpose, submitter, priority, not_before, avoid, prefer)
      select job_id, '', 'bench-' || 1 + n % 5, 'test', 'grid', 0, at, '{}', '{}' from bench_jobs where held;
    insert into queue_tallies select class, test, count(*) from waiters join jobs using (job_id) group by class, test`);
  const [job] = await grid.query<{ job_id: string; submission_id: string }>(
    "select job_id, submission_id from jobs where verdict = 'fail' order by job_id desc offset 500 limit 1",
  );
  await grid.query("drop table bench_jobs");
  await grid.query("vacuum analyze");
  return { jobId: job!.job_id, submissionId: job!.submission_id, held };
}
