import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Submission, SubmissionRequest } from "../../../client/grid-client.js";
import { sql } from "kysely";
import { connectDatabase } from "../../../db/connect.js";
import { lockDigestState } from "../../../db/mail/notifications.js";
import { eventually } from "../../support/eventually.js";
import { runCommand, TestGrid } from "../../support/grid.js";
import { endedJobs, mailsOfSubmission, reportedJobs } from "../../support/reported-jobs.js";
import { serviceIs } from "../../support/service-state.js";
import { defer } from "../../support/grid-test-timeout.js";
import { TcpService } from "../../support/tcp-service.js";

const suite = (tests: string, more = "") =>
  `owner: dev@example.org\nproject: shop\nproof: { confirmation: false, baseline: false }\n${more}tests:\n${tests}`;
const many = (test: string, count: number) =>
  `  ${test}: { test: "${test === "passes" ? "true" : "false"}", matrix: { n: [${Array.from({ length: count }, (_, n) => n).join(", ")}] } }\n`;
const held = `  waits: { test: "true", require: [service:nfs] }\n`;

describe("a submission of many jobs", () => {
  const nfs = new TcpService();
  let grid: TestGrid;
  beforeAll(async () => {
    await nfs.start();
    grid = await new TestGrid(
      `services:
  nfs: { probe: { tcp: "127.0.0.1:${nfs.port}" }, every: 300ms, down: 1, up: 1, timeout: 5s }
machines: { alpha: { slots: 4 }, beta: { slots: 4 } }
admins: [admin@example.org]
mail: { digest-from: 4, alarms: 2, digest-after: 10m }
`,
    ).start();
    await serviceIs(grid, "nfs", "up");
  });
  afterEach(async () => {
    await grid.query("delete from mail_preferences");
    if (!nfs.isUp) await nfs.start();
    await serviceIs(grid, "nfs", "up");
  });
  afterAll(async () => {
    await grid.stop();
    await nfs.stop();
  });

  async function goDown(): Promise<void> {
    await nfs.stop();
    await serviceIs(grid, "nfs", "down");
  }
  const submit = (tests: string, extra: Partial<SubmissionRequest> = {}, more = "") =>
    grid.submit({ "holdfast.yaml": suite(tests, more) }, extra);
  const mailsAbout = (submission: Submission) => mailsOfSubmission(grid, submission);
  const digestsOf = async (submission: Submission) =>
    (await mailsAbout(submission)).filter(({ subject }) => subject.startsWith("DIGEST"));
  const ended = (submission: Submission) => endedJobs(grid, submission);
  const jobsWithReports = (submission: Submission) => reportedJobs(grid, submission);

  test("alarms at once for its first failures, and sends the other results in one digest at its end", async () => {
    const submission = await submit(many("breaks", 4) + many("passes", 6));
    const jobs = await jobsWithReports(submission);
    expect(jobs.map(({ mails }) => mails)).toEqual(jobs.map(() => 1));
    const hows = (how: string, verdict: string) =>
      jobs.filter((job) => job.told?.how === how && job.verdict === verdict);
    expect([hows("mail", "fail").length, hows("digest", "fail").length, hows("digest", "pass").length]).toEqual([
      2, 2, 6,
    ]);
    const digests = await digestsOf(submission);
    expect(digests.map(({ subject }) => subject)).toEqual([expect.stringMatching(/^DIGEST 2 fail, 6 pass · shop @ /)]);
    expect(digests[0]).toMatchObject({ to: ["dev@example.org"] });
    expect(digests[0]!.text).toContain("2 jobs, in their own mails");
    for (const { jobId } of hows("digest", "fail"))
      expect(digests[0]!.text).toMatch(
        new RegExp(
          `- FAIL breaks .*\\n +exit 1\\n +on (alpha|beta)\\n +http\\S+/jobs/${jobId}\\n +This was not my code: http\\S+/jobs/${jobId}/not-my-code\\n`,
        ),
      );
  });

  test("that is held for long gets a digest of its ended jobs, and another one of the rest", async () => {
    await goDown();
    const submission = await submit(many("passes", 4) + held + held.replace("waits", "ends"));
    for (const { jobId, test: name } of submission.jobs)
      await (name === "passes"
        ? eventually("its result to be gathered", async () => (await grid.client.job(jobId)).told ?? undefined)
        : grid.jobIn(jobId, "held"));
    // As if `digest-after` were over.
    await grid.query(
      "update submissions set digest_due_at = digest_due_at - interval '10 minutes' where submission_id = $1",
      [submission.submissionId],
    );
    const [first] = await eventually("the digest after a day", async () => {
      const digests = await digestsOf(submission);
      return digests.length > 0 ? digests : undefined;
    });
    expect(first!.subject).toMatch(/^DIGEST 4 pass, 2 held · shop @ /);
    expect(first!.text).toMatch(/held: .*nfs is down since/);
    expect(`${first!.subject}${first!.text}`).not.toMatch(/fail/i);
    const { jobId } = submission.jobs.find(({ test: name }) => name === "ends")!;
    await grid.client.cancel(jobId, "dev");
    await grid.finished(jobId);
    await nfs.start();
    const jobs = await jobsWithReports(submission);
    expect(jobs.find(({ test: name }) => name === "waits")?.told).toMatchObject({ how: "digest" });
    expect((await digestsOf(submission)).map(({ subject }) => subject.replace(/ ·.*/, ""))).toEqual([
      "DIGEST 4 pass, 2 held",
      "DIGEST 1 abort, 1 pass",
    ]);
    expect((await digestsOf(submission))[1]!.text).toMatch(
      new RegExp(`- ABORT ends \\(cancelled.*\\n +held longest by nfs, for \\S+\\n +\\S+/jobs/${jobId}\\n`),
    );
    expect(jobs.filter(({ test: name }) => name === "passes").map(({ mails }) => mails)).toEqual([1, 1, 1, 1]);
  });

  test("gets a digest with the failed subtests and their messages", async () => {
    const tap =
      "printf 'TAP version 13\\nnot ok 1 - adds up\\n  ---\\n  error: 41 is not 42\\n  ...\\n1..1\\n'; exit 1";
    const submission = await submit(
      `  taps:\n    test: ${JSON.stringify(tap)}\n    results: tap\n    matrix: { n: [0, 1, 2, 3] }\n`,
    );
    await jobsWithReports(submission);
    const [digest] = await digestsOf(submission);
    expect(digest!.text).toMatch(/- FAIL taps .*\n +adds up\n +41 is not 42\n +on (alpha|beta)\n/);
  });

  test("gets each result once, even if the sending process is killed repeatedly", async () => {
    const submission = await submit(many("breaks", 5) + many("passes", 15));
    for (let kills = 0; kills < 2; kills++) {
      await eventually("some to end", async () => {
        const { jobs } = await grid.client.submission(submission.submissionId);
        return jobs.filter(({ verdict }) => verdict !== null).length >= 3 + 5 * kills ? true : undefined;
      });
      await grid.killAndAwaitReturn("control");
    }
    const jobs = await jobsWithReports(submission);
    expect(jobs.map(({ mails }) => mails)).toEqual(jobs.map(() => 1));
    expect(jobs.filter(({ told }) => told?.how === "mail")).toHaveLength(2);
  });

  test("knows its last job, even if two end at the same time", async () => {
    const { submissionId, jobs } = await submit(held + held.replace("waits", "lasts"), {}, "mail: { as: digest }\n");
    await ended({ jobs } as Submission);
    // Sets both jobs back to before their end. The grid itself reports nothing more of this submission.
    await grid.query("update jobs set verdict = null, state = 'running' where submission_id = $1", [submissionId]);
    const { database, pool } = connectDatabase(grid.endpoints.database, 2);
    const seen: boolean[] = [];
    const gates = [defer(), defer()];
    const end = (index: number) =>
      database.transaction().execute(async (transaction) => {
        const { jobId } = jobs[index]!;
        await sql`update jobs set verdict = 'pass', state = 'finished' where job_id = ${jobId}`.execute(transaction);
        gates[index]!.open();
        await gates[1 - index]!.opened;
        seen.push((await lockDigestState(transaction, submissionId)).isLast);
      });
    await Promise.all([end(0), end(1)]);
    await pool.end();
    expect(seen).toEqual([false, true]);
  });

  test("can get a mail per job, and a small one can get a digest", async () => {
    const byJob = await submit(many("passes", 5), { mail: { as: "jobs" } });
    expect((await jobsWithReports(byJob)).map(({ told, mails }) => [told?.how, mails])).toEqual(
      byJob.jobs.map(() => ["mail", 1]),
    );
    const gathered = await submit(many("passes", 2), {}, "mail: { as: digest }\n");
    expect((await jobsWithReports(gathered)).map(({ told }) => told?.how)).toEqual(["digest", "digest"]);
    expect(await digestsOf(gathered)).toHaveLength(1);
  });

  test("sends only failures to recipients who want only failures, and marks the other jobs as unwanted", async () => {
    const submission = await submit(many("breaks", 1) + many("passes", 1), {}, "mail: { when: failures }\n");
    const jobs = await jobsWithReports(submission);
    const [broken, passed] = jobs.map(({ verdict, told, mails }) => ({ verdict, how: told?.how, mails }));
    expect(broken).toEqual({ verdict: "fail", how: "mail", mails: 1 });
    expect(passed).toEqual({ verdict: "pass", how: "unwanted", mails: 0 });
    expect((await runCommand(grid, "preferences", "Dev@example.org", "--when", "changes")).code).toBe(0);
    expect((await runCommand(grid, "preferences", "dev@example.org")).stdout).toContain("changes");
    // The test fails as before, so this is no change.
    expect((await jobsWithReports(await submit(many("breaks", 1)))).map(({ told }) => told?.how)).toEqual(["unwanted"]);
    const mended = await submit(`  breaks: { test: "true", matrix: { n: [0] } }\n`, { tell: ["boss@example.org"] });
    expect((await jobsWithReports(mended)).map(({ verdict, told }) => [verdict, told?.how])).toEqual([
      ["pass", "mail"],
    ]);
    expect((await mailsAbout(mended))[0]!.to).toEqual(["dev@example.org", "boss@example.org"]);
    const again = await submit(`  breaks: { test: "true", matrix: { n: [0] } }\n`, { tell: ["boss@example.org"] });
    await jobsWithReports(again);
    // Only the recipient without a preference wants this mail.
    expect((await mailsAbout(again))[0]!.to).toEqual(["boss@example.org"]);
  });

  test("supersedes older jobs of its branch that have not run, on request", async () => {
    await goDown();
    const older = await submit(held + many("passes", 1));
    const ran = older.jobs.find(({ test: name }) => name === "passes")!.jobId;
    await grid.finished(ran);
    const other = await submit(held, { branch: "other" });
    const newer = await submit(held + many("passes", 3), { supersede: true });
    const left = await grid.finished(older.jobs.find(({ test: name }) => name === "waits")!.jobId);
    expect(left).toMatchObject({
      verdict: "abort",
      abortReason: "superseded",
    });
    expect(left.evidence[0]?.detail).toContain(newer.submissionId);
    expect(await grid.client.job(ran)).toMatchObject({ verdict: "pass" });
    expect(await grid.client.job(other.jobs[0]!.jobId)).toMatchObject({ verdict: null });
    await nfs.start();
    await jobsWithReports(newer);
    const [digest] = await digestsOf(newer);
    expect(digest!.text).toContain(`1 job of submission ${older.submissionId}`);
    // The owner of the older submission also gets one digest, of the superseded jobs.
    expect((await mailsAbout(older)).map(({ headers }) => headers["x-holdfast-job"])).toContain(ran);
    const told = await eventually("the digest of what was superseded", async () => (await digestsOf(older))[0]);
    expect(told.text).toMatch(/ABORT waits .*superseded/);
    await ended(other);
  });

  test("supersedes a job with an offered lease before it runs, or not at all", async () => {
    const older = await submit(many("passes", 12));
    const newer = await submit(many("passes", 1), { supersede: true });
    const jobs = await ended(older);
    for (const { verdict, abortReason, attempts, startedAt } of jobs) {
      if (verdict === "pass") expect(attempts.length).toBeGreaterThan(0);
      else
        expect({ abortReason, attempts, startedAt }).toEqual({
          abortReason: "superseded",
          attempts: [],
          startedAt: null,
        });
    }
    await jobsWithReports(newer);
    expect((await jobsWithReports(older)).every(({ told, mails }) => mails === 1 && told?.how !== "unwanted")).toBe(
      true,
    );
  });
});
