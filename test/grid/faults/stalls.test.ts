import { randomUUID } from "node:crypto";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.js";
import { TestGrid } from "../../support/grid.js";
import { FileServer, GitRepository } from "../../support/git-repository.js";

const suiteOf = (name: string, command: string) =>
  `owner: dev@example.org\nproject: ${name}\ntests:\n  one: { test: ${JSON.stringify(command)} }\n`;

/** Code whose functions pass each other so many functions that reading it exceeds the time limit of a quick reader. */
function slowCode(): string {
  const [count, calls] = [1_500, 8];
  const lines = Array.from({ length: count }, (_, index) => {
    const next = `f${(index + 1) % count}(() => [x(), x]);`;
    return `function f${index}(x: any): any { ${next.repeat(calls)} return [x(), x]; }`;
  });
  return `${lines.join("\n")}\nf0(() => 1);\n`;
}

describe("no submission delays another one", () => {
  let grid: TestGrid;
  beforeAll(async () => {
    grid = await new TestGrid("machines: { alpha: { slots: 2 }, beta: {} }\n").start();
  });
  afterAll(() => grid.stop());

  const scratchOf = () =>
    readdirSync(join(tmpdir(), `holdfast-control-${grid.pidOf("control")}`)).filter((name) =>
      name.startsWith("analysis-"),
    );

  test("slow analysis: other jobs start meanwhile, and the job can be cancelled", async () => {
    const slow = await Promise.all(
      ["a", "b", "c", "d", "e", "f"].map((name) =>
        grid.submit({
          "holdfast.yaml": suiteOf(`slow-${name}`, "node slow.ts"),
          "slow.ts": `${slowCode()}// ${name}\n`,
        }),
      ),
    );
    const quick = await grid.submit({ "holdfast.yaml": suiteOf("quick", "node quick.ts"), "quick.ts": "1;\n" });
    expect(await grid.finished(quick.jobs[0]!.jobId)).toMatchObject({ verdict: "pass" });
    const states = await Promise.all(slow.map(async ({ jobs }) => (await grid.client.job(jobs[0]!.jobId)).state));
    expect(states).toContain("analysing");
    for (const { jobs } of slow) {
      await grid.client.cancel(jobs[0]!.jobId, "a test");
      expect(await grid.finished(jobs[0]!.jobId)).toMatchObject({ verdict: "abort" });
    }
    const after = await grid.submit({ "holdfast.yaml": suiteOf("after", "node after.ts"), "after.ts": "2;\n" });
    expect(await grid.finished(after.jobs[0]!.jobId)).toMatchObject({ verdict: "pass" });
  });

  test("a code file of 50 MB is left out, and shown by its name and size", async () => {
    const { jobs } = await grid.submit({
      "holdfast.yaml":
        "owner: dev@example.org\ntests:\n  one: { test: test -s big.ts, code: [big.ts], matrix: { n: [1, 2, 3] } }\n",
      "big.ts": "f();\n".repeat(10_000_000),
    });
    for (const { jobId } of jobs)
      expect(await grid.finished(jobId)).toMatchObject({
        verdict: "pass",
        analysis: {
          notUnderstood: [{ file: "big.ts", line: 1, reason: expect.stringMatching(/^it has 50000000 bytes/) }],
        },
      });
    await eventually("the scratch copies to be gone", async () => (scratchOf().length === 0 ? true : undefined));
  });

  test("a source that refers to files outside is read without them", async () => {
    const outside = grid.source({ "secret.ts": "/** @requires service:secret */\nexport function leak(): void {}\n" });
    const { jobs } = await grid.submit({
      "holdfast.yaml": suiteOf("reaching", "node one.ts || true"),
      "one.ts": `import { leak } from "${outside}/secret.ts";\nimport { leak as again } from "../../../../../..${outside}/secret.ts";\nleak();\nagain();\n`,
    });
    expect(await grid.finished(jobs[0]!.jobId)).toMatchObject({ verdict: "pass", requirements: [] });
  });

  test("a fetch continues in another worker when its worker is killed, and always shows what it waits for", async () => {
    const repository = new GitRepository({ "holdfast.yaml": suiteOf("fetched", "true") });
    repository.git("update-server-info");
    const server = await new FileServer(join(repository.folder, ".git")).start();
    server.delayMs = 3_000;
    const { submissionId, reason } = await grid.client.submit(
      { source: { kind: "git", url: server.url }, owner: "dev@example.org" },
      randomUUID(),
    );
    expect(reason).not.toBeNull();
    await eventually("the fetch", async () => (server.requests.length > 0 ? true : undefined));
    expect((await grid.client.submission(submissionId)).reason).toBe(`fetches HEAD from ${server.url}`);
    await grid.killAndAwaitReturn("control");
    const before = server.requests.length;
    await eventually("the fetch to begin again", async () => (server.requests.length > before ? true : undefined));
    server.delayMs = 0;
    const { jobs, branch } = await eventually("its jobs", async () => {
      const submission = await grid.client.submission(submissionId);
      return submission.jobs.length > 0 ? submission : undefined;
    });
    expect(branch).toBe("main");
    expect(await grid.finished(jobs[0]!.jobId)).toMatchObject({ verdict: "pass" });
    await server.stop();
    repository.remove();
  });

  test("a worker that is killed after it stored a source: neither branch nor credentials are needed again", async () => {
    const repository = new GitRepository({ "holdfast.yaml": suiteOf("stored", "true") });
    repository.git("update-server-info");
    const server = await new FileServer(join(repository.folder, ".git")).start();
    server.credentials = "ann:secret";
    const url = server.url.replace("//", "//ann:secret@");
    const submit = () => grid.client.submit({ source: { kind: "git", url }, owner: "dev@example.org" }, randomUUID());
    const hasJobs = (submissionId: string) =>
      eventually(
        "its jobs",
        async () => {
          const submission = await grid.client.submission(submissionId);
          if (submission.jobs.length === 0) throw new Error(JSON.stringify(submission));
          return submission;
        },
        180_000,
      );
    const { revision } = await hasJobs((await submit()).submissionId);
    server.delayMs = 60_000;
    const { submissionId } = await submit();
    await eventually("the fetch", async () =>
      (await grid.client.submission(submissionId)).reason?.startsWith("fetches") === true ? true : undefined,
    );
    // The state that a worker leaves when it is killed before it can report the end of the fetch.
    await grid.query(
      `update submissions set source_hash = other.source_hash, revision = $1, branch = 'main', credentials = null, reason = 'makes its jobs'
       from submissions other where submissions.submission_id = $2 and other.revision = $1 and other.submission_id <> $2`,
      [revision, submissionId],
    );
    await grid.killAndAwaitReturn("control");
    expect(await hasJobs(submissionId)).toMatchObject({ branch: "main", revision });
    await server.stop();
    repository.remove();
  });

  test("without its database the grid logs a few lines, not megabytes", async () => {
    const size = (name: string) => statSync(join(grid.data, "logs", `${name}.log`)).size;
    const before = { api: size("api"), control: size("control") };
    const pid = grid.pidOf("postgres");
    execFileSync("kill", ["-STOP", String(pid)]);
    grid.kill("postgres");
    const until = Date.now() + 20_000;
    while (Date.now() < until) {
      await grid.fetch(`${grid.endpoints.api}/api/v1/jobs`).catch(() => undefined);
    }
    await eventually("the database", async () => (await grid.client.queue(), true));
    expect(size("api") - before.api).toBeLessThan(50_000);
    expect(size("control") - before.control).toBeLessThan(100_000);
    expect(existsSync(join(grid.data, "endpoints.json"))).toBe(true);
  });
});
