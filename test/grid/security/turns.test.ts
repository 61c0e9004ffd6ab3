import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { packFolder } from "../../../source/pack/pack.js";
import { TestGrid } from "../../support/grid.js";

const large = `owner: large@example.org
project: large
tests:
${Array.from({ length: 10_000 }, (_, number) => `  t${number}: { test: ":" }`).join("\n")}
`;

describe("turns of submitters", () => {
  let grid: TestGrid;
  beforeAll(async () => {
    grid = await new TestGrid("machines: { alpha: { slots: 2 } }\nlimits: { open-jobs: 15000 }\n").start();
  });
  afterAll(() => grid.stop());

  const submit = async (text: string) => {
    const sourceHash = await grid.client.upload(await packFolder(grid.source({ "holdfast.yaml": text })));
    const began = performance.now();
    const submission = await grid.client.submit({ source: { kind: "upload", sourceHash } }, randomUUID());
    return { submission, tookMs: performance.now() - began };
  };

  test("ten thousand jobs are accepted, and a job of another submitter runs long before they end", async () => {
    const { submission, tookMs } = await submit(large);
    expect(submission.jobs).toHaveLength(10_000);
    const began = performance.now();
    const honest = await submit('owner: small@example.org\ntests:\n  one: { test: ":" }\n');
    const job = await grid.finished(honest.submission.jobs[0]!.jobId);
    expect(job.verdict).toBe("pass");
    const [left] = await grid.query<{ count: string }>(
      "select count(*) as count from jobs where submission_id = $1 and begun_at is null",
      [submission.submissionId],
    );
    expect(Number(left!.count)).toBeGreaterThan(8_000);
    const waited = Date.parse(job.startedAt!) - Date.parse(job.submittedAt);
    process.stderr.write(
      `accepted in ${Math.round(tookMs)} ms; the other job started after ${waited} ms, ended after ${Math.round(performance.now() - began)} ms\n`,
    );
    const why = await grid.client.why(submission.jobs.at(-1)!.jobId);
    expect(why.summary).toMatch(/waits for its turn/);
  });

  test("the open jobs of a token, and the jobs of a submission, are limited", async () => {
    await expect(submit(large)).rejects.toMatchObject({ status: 429, code: "too-many-jobs" });
    const more = `${large}  one-more: { test: ":" }\n`;
    await expect(submit(more)).rejects.toThrow(/more than 10000 jobs \(limits.jobs\)/);
  });
});
