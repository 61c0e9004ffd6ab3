import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { forgetOldEvents } from "../../../db/events/events.js";
import { countJobs, readJobViews, readQueue } from "../../../db/jobs/job-views.js";
import { countOpenJobs } from "../../../db/jobs/start-turns.js";
import { compactTallies } from "../../../db/queue/tallies.js";
import { TestDatabase } from "../../support/database.js";

jest.setTimeout(120_000);

const stored = new TestDatabase();
beforeAll(() => stored.start());
afterAll(() => stored.stop());

const jobs = Array.from({ length: 8 }, (_, index) => `job-${index}`);
const picks = fc.subarray(jobs, { minLength: 1 });
const list = (ids: string[]) => `(${ids.map((id) => `'${id}'`).join(", ")})`;
const label = (name: string) => `'[{"label": "${name}", "line": "x", "lineNumber": 1, "attempt": 1, "name": "x"}]'`;

/** Changes that the grid makes to many jobs at a time. */
const change = fc.oneof(
  fc
    .tuple(picks, fc.constantFrom("waiting", "held", "running"))
    .map(([ids, state]) => `update jobs set state = '${state}' where verdict is null and job_id in ${list(ids)}`),
  picks.map((ids) => `update jobs set state = 'finished', verdict = 'pass' where job_id in ${list(ids)}`),
  fc.tuple(picks, fc.constantFrom("one", "two")).map(
    ([
      ids,
      name,
    ]) => `insert into waiters (job_id, parking, class, purpose, submitter, priority, not_before, avoid, prefer)
      select job_id, '', '${name}', 'test', 'grid', 0, now(), '{}', '{}' from jobs where job_id in ${list(ids)}
      on conflict (job_id) do update set class = excluded.class, offered = false`,
  ),
  picks.map((ids) => `update waiters set offered = true where job_id in ${list(ids)}`),
  picks.map((ids) => `update waiters set not_before = now() + interval '1 hour' where job_id in ${list(ids)}`),
  picks.map((ids) => `delete from waiters where job_id in ${list(ids)}`),
  fc.tuple(picks, fc.constantFrom("nfs", "db")).map(
    ([ids, service]) => `insert into holds (job_id, reason, service, detail, since)
      select job_id, 'infra/service-down', '${service}', '', now() from jobs where job_id in ${list(ids)} on conflict do nothing`,
  ),
  fc.tuple(picks, fc.constantFrom("alpha", "beta")).map(
    ([
      ids,
      machine,
    ]) => `with begun as (update jobs set started_at = now() where job_id in ${list(ids)}) insert into attempts (job_id, number, purpose, lease_id, machine, host, started_at)
      select job_id, 1 + (select count(*) from attempts a where a.job_id = jobs.job_id), 'test', '', '${machine}', '', now()
      from jobs where job_id in ${list(ids)}`,
  ),
  fc
    .tuple(picks, fc.constantFrom("reset", "full"))
    .map(
      ([ids, name]) => `update attempts set signatures = ${label(name)} where number = 1 and job_id in ${list(ids)}`,
    ),
  fc.constant("compact"),
);

async function fill(): Promise<void> {
  await stored.reset({});
  await stored.query("delete from classes");
  await stored.query(
    `insert into classes (class, definition) values ('one', '{"requirements": []}'), ('two', '{"requirements": []}')`,
  );
  for (const [index, origin] of ["user", "user", "monitor"].entries())
    await stored.query(`insert into submissions (submission_id, owner, project, branch, revision, source_kind, tell, state, origin, submitter)
      values ('s${index}', 'dev', 'p', 'main', 'r', 'upload', '{}', 'expanded', '${origin}', '${index === 0 ? "grid" : "other"}')`);
  for (const [index, id] of jobs.entries())
    await stored.query(`insert into jobs (job_id, submission_id, test, variant, definition, state)
      values ('${id}', 's${index % 3}', 'test-${index % 2}', '{}', '{}', 'analysing')`);
}

test("counts and lists agree with the jobs themselves, whatever happened to them", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 5, maxLength: 25 }), async (changes) => {
      await fill();
      for (const text of changes) await (text === "compact" ? compactTallies(stored.database) : stored.query(text));
      const rows = <T>(text: string) => stored.query<T>(text);
      const states = await rows<{ state: string; count: number }>(
        "select j.state, count(*) from jobs j join submissions using (submission_id) where verdict is null and origin = 'user' group by j.state",
      );
      expect((await countJobs(stored.database)).states).toEqual(
        Object.fromEntries(states.map(({ state, count }) => [state, count])),
      );
      const open = await rows<{ count: number }>(
        "select count(*) from jobs join submissions using (submission_id) where verdict is null and submitter = 'other'",
      );
      expect(await countOpenJobs(stored.database, "other")).toBe(open[0]!.count);
      const waiting = await rows<{ test: string; waiting: number }>(
        "select test, count(*) as waiting from waiters join jobs using (job_id) where not offered group by class, test, not_before <= now()",
      );
      const sorted = (lines: { test: string; waiting: number }[]) =>
        lines.map(({ test: name, waiting: count }) => `${name}: ${count}`).sort();
      expect(sorted(await readQueue(stored.database, 100))).toEqual(sorted(waiting));
      for (const [filter, from] of [
        [{ machine: "alpha" }, "select job_id from attempts where machine = 'alpha'"],
        [{ service: "nfs" }, "select job_id from holds where service = 'nfs'"],
        [{ label: "reset" }, `select job_id from attempts where signatures @> '[{"label": "reset"}]'`],
      ] as const) {
        const found = await readJobViews(stored.database, { ...filter, monitors: true, limit: 100 });
        const wanted = await rows<{ jobId: string }>(
          `select distinct job_id as "jobId" from (${from}) as x order by 1 desc`,
        );
        expect(found.map(({ jobId }) => jobId)).toEqual(wanted.map(({ jobId }) => jobId));
      }
    }),
    { numRuns: 40 },
  );
});

test("events that are old and were delivered are forgotten, except the newest one", async () => {
  await stored.query("delete from events");
  await stored.query(
    `insert into events (at, kind, subject) select now() - make_interval(hours => age), 'job', age::text from unnest(array[5, 4, 3, 0]) age`,
  );
  const kept = async () =>
    (await stored.query<{ subject: string }>("select subject from events order by event_id")).map(
      ({ subject }) => subject,
    );
  await stored.query(
    "update webhook_position set (tx, event_id) = (select tx, event_id from events where subject = '4')",
  );
  await forgetOldEvents(stored.database);
  expect(await kept()).toEqual(["3", "0"]);
  await stored.query("delete from events where subject = '0'");
  await stored.query("update webhook_position set (tx, event_id) = (select tx, event_id from events)");
  await forgetOldEvents(stored.database);
  expect(await kept()).toEqual(["3"]);
});
