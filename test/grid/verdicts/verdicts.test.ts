import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.js";
import { runCommand, TestGrid } from "../../support/grid.js";
import { processesSaying } from "../../support/processes.js";

describe("a grid with two machines", () => {
  let grid: TestGrid;
  beforeAll(async () => {
    grid = await new TestGrid(`machines:
  alpha: {}
  beta: { facts: { screen: large } }
exclusions:
  - { tests: "off-alpha*", machines: alpha, reason: "no display" }
`).start();
  });
  afterAll(() => grid.stop());

  test("a passing test ends in pass, with one complete mail", async () => {
    const jobId = await grid.submitOne(`test: "true"`);
    const job = await grid.finished(jobId);
    expect(job).toMatchObject({ verdict: "pass", state: "finished", abortReason: null, flaky: false });
    expect(job.attempts).toHaveLength(1);
    const [mail, ...more] = await grid.mailsOf(jobId);
    expect(more).toEqual([]);
    expect(mail!.subject).toMatch(/^PASS only · tests @ [0-9a-f]{12}$/);
    expect(`${mail!.subject} ${mail!.text}`).not.toMatch(/fail|undefined|null|NaN/i);
    for (const part of [
      "Project",
      "Revision",
      "Submitted",
      "Pass rate",
      "Evidence",
      "Versions",
      "kernel",
      job.links.page,
      job.links.log,
    ])
      expect(mail!.text).toContain(part);
  });

  test("a failing test is confirmed on the other machine before its author gets a mail", async () => {
    const jobId = await grid.submitOne(`test: echo the sum is wrong; exit 3`);
    const job = await grid.finished(jobId);
    expect(job).toMatchObject({ verdict: "fail", blame: "code", failureIdentifier: "code/test-failed" });
    const own = job.attempts.filter(({ companion }) => companion === null);
    // More attempts follow if the baseline did not run at the same time.
    expect(own.slice(0, 2).map(({ purpose, outcome }) => [purpose, outcome])).toEqual([
      ["test", "candidate"],
      ["confirmation", "candidate"],
    ]);
    expect(new Set(own.map(({ machine }) => machine)).size).toBe(2);
    const [mail] = await grid.mailsOf(jobId);
    expect(mail!.subject).toMatch(/^FAIL only/);
    expect(mail!.text).toContain("| the sum is wrong");
    expect(mail!.text).toContain("exit 3");
    // Mail, page and command list the same changes.
    const { changes } = await grid.client.why(jobId);
    expect(changes.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["First failed", "Last passed", "In between"]),
    );
    for (const { value } of changes) expect(mail!.text).toContain(value);
  });

  test("a failure that does not recur on another machine is tried again on the first one when it is available", async () => {
    const jobId = await grid.submitOne('test: test "$HOLDFAST_ATTEMPT" = 2 && sleep 3');
    const first = await eventually("its first failure", async () => {
      const [attempt] = (await grid.client.job(jobId)).attempts;
      return attempt?.outcome === "candidate" ? attempt.machine : undefined;
    });
    await grid.client.drain(first, { draining: true, reason: "new disk" });
    await eventually("the job to wait for it", async () => {
      const { stdout } = await runCommand(grid, "why", jobId);
      return stdout.includes("says most on a machine that cannot take it now") ? true : undefined;
    });
    await grid.client.drain(first, { draining: false, reason: "done" });
    const job = await grid.finished(jobId);
    expect(job).toMatchObject({ verdict: "fail", failureIdentifier: "code/intermittent" });
    const other = first === "alpha" ? "beta" : "alpha";
    const own = job.attempts.filter(({ purpose }) => purpose !== "baseline");
    expect(own.slice(0, 3).map(({ machine }) => machine)).toEqual([first, other, first]);
  });

  test("a failing build is the code's fault, a failing preparation is not", async () => {
    const built = await grid.submitOne(`test: "true"\nbuild: echo cannot compile; exit 2`);
    const prepared = await grid.submitOne(`test: "true"\nprepare: exit 9`);
    expect(await grid.finished(built)).toMatchObject({ verdict: "fail", failureIdentifier: "code/build-failed" });
    const held = await grid.jobIn(prepared, "held");
    expect(held.holds.at(-1)).toMatchObject({ reason: "infra/prepare-error" });
    expect(held.attempts[0]).toMatchObject({ outcome: "infrastructure", failureIdentifier: "infra/prepare-error" });
    await grid.client.cancel(prepared, "the test");
    expect(await grid.finished(prepared)).toMatchObject({ verdict: "abort", abortReason: "cancelled" });
  });

  test("a test that exceeds its time limit gets twice the time before it fails", async () => {
    const jobId = await grid.submitOne(`test: sleep 60\nduration: 500ms`);
    const job = await grid.finished(jobId);
    expect(job).toMatchObject({ verdict: "fail", failureIdentifier: "code/timeout" });
    const slow = await grid.submitOne(`test: sleep 6\nduration: 4s`);
    expect(await grid.finished(slow)).toMatchObject({ verdict: "pass", flaky: false });
  });

  test("a test that says it is not its fault is believed at first and runs again", async () => {
    const jobId = await grid.submitOne(`test: exit 75`);
    expect((await grid.jobIn(jobId, "held")).holds.at(-1)).toMatchObject({ reason: "infra/claimed-by-test" });
    await grid.client.cancel(jobId, "the test");
  });

  test("a test that says that it did not run is neither green nor failed", async () => {
    expect(await grid.finished(await grid.submitOne(`test: exit 77`))).toMatchObject({
      verdict: "abort",
      abortReason: "skipped",
      failureIdentifier: null,
    });
  });

  test("variants are separate jobs and see their values", async () => {
    const { jobs } = await grid.submit({
      "holdfast.yaml":
        'owner: dev@example.org\ntests:\n  matrix:\n    test: test "$HOLDFAST_VARIANT_BROWSER" != ""\n    matrix: { browser: [firefox, chromium], size: [1, 2] }\n',
    });
    expect(jobs.map(({ variant }) => variant)).toContainEqual({ browser: "chromium", size: "2" });
    expect(jobs).toHaveLength(4);
    for (const { jobId } of jobs) expect(await grid.finished(jobId)).toMatchObject({ verdict: "pass" });
  });

  test("an excluded test runs on the other machine only, and `why` says so", async () => {
    const suite = (name: string) => ({
      "holdfast.yaml": `owner: dev@example.org\ntests:\n  ${name}:\n    test: "true"\n    matrix: { n: [1, 2, 3, 4, 5, 6] }\n`,
    });
    const { jobs } = await grid.submit(suite("off-alpha"));
    const ended = await Promise.all(jobs.map(({ jobId }) => grid.finished(jobId)));
    expect(new Set(ended.flatMap(({ attempts }) => attempts.map(({ machine }) => machine)))).toEqual(new Set(["beta"]));
    grid.kill("agent-beta", "SIGSTOP");
    const waiting = (await grid.submit(suite("off-alpha"))).jobs[0]!.jobId;
    const why = await grid.client.why(waiting);
    expect(why.machines.find(({ machine }) => machine === "alpha")?.answer).toBe("excluded: no display");
    grid.kill("agent-beta", "SIGCONT");
    expect(await grid.finished(waiting)).toMatchObject({ verdict: "pass" });
  });

  test("a job that no machine can ever run says so at once", async () => {
    const jobId = await grid.submitOne(`test: "true"\nrequire: ["machine:memory>=900TiB"]`);
    expect((await grid.jobIn(jobId, "held")).holds[0]).toMatchObject({ reason: "user/unsatisfiable" });
    await grid.client.cancel(jobId, "the test");
  });

  test("TypeScript runs with nothing installed, and can import the library by its name", async () => {
    const jobId = await grid.submitOne(`test: node --test tests/a.test.ts`, {
      "tests/sum.ts": "export enum Kind { Plain }\nexport const sum = (a: number, b: number): number => a + b;\n",
      "tests/a.test.ts":
        'import test from "node:test";\nimport { strictEqual } from "node:assert";\nimport { InfrastructureError } from "holdfast/library";\nimport { sum, Kind } from "./sum.js";\nawait Promise.resolve();\ntest("adds", () => strictEqual(sum(1, 2) + Kind.Plain, 3));\nstrictEqual(new InfrastructureError("nfs", "away").service, "nfs");\n',
      "tests/old.cjs": 'const fs = require("node:fs");\n',
    });
    const job = await grid.finished(jobId);
    expect({ verdict: job.verdict, log: (await grid.client.log(jobId, 1, 0)).toString() }).toMatchObject({
      verdict: "pass",
    });
  });

  test("a test sees nothing of the agent's environment and leaves no process behind", async () => {
    const jobId = await grid.submitOne(
      `test: "env > env.txt; ! grep -E 'TOKEN|TEMPORAL|DATABASE' env.txt && (sleep 987.25 & true)"`,
    );
    expect(await grid.finished(jobId)).toMatchObject({ verdict: "pass" });
    await eventually(
      "the process left behind to be gone",
      async () => (processesSaying("sleep 987.25").length === 0 ? true : undefined),
      10_000,
    );
  });

  test("the command submits, waits and returns an exit code", async () => {
    const suite = (test: string) =>
      grid.source({ "holdfast.yaml": `owner: dev@example.org\ntests: { one: { test: "${test}" } }\n` });
    expect(await runCommand(grid, "submit", suite("true"), "--wait")).toMatchObject({ code: 0 });
    expect(await runCommand(grid, "submit", suite("false"), "--wait")).toMatchObject({ code: 1 });
    expect(await runCommand(grid, "submit", suite("sleep 20"), "--wait", "--wait-for", "500ms")).toMatchObject({
      code: 75,
    });
    const { stdout } = await runCommand(grid, "submit", suite("true"), "--json");
    const submission = JSON.parse(stdout) as {
      submissionId: string;
      jobs: { jobId: string; test: string; variant: object; state: string }[];
    };
    expect(submission.jobs[0]).toMatchObject({ test: "one", variant: {} });
    const { code, stdout: why } = await runCommand(grid, "why", submission.jobs[0]!.jobId);
    expect({ code, why }).toMatchObject({ code: 0, why: expect.stringMatching(/./) });
  });

  test("the log is streamed while the test runs", async () => {
    const jobId = await grid.submitOne(`test: echo first; sleep 30`);
    const text = await eventually(
      "the first line",
      async () => (await grid.client.log(jobId, 1, 0)).toString() || undefined,
    );
    expect(text).toBe("first\n");
    expect((await grid.client.job(jobId)).state).toBe("running");
    await grid.client.cancel(jobId, "the test");
    expect(await grid.finished(jobId)).toMatchObject({ verdict: "abort", abortReason: "cancelled" });
  });
});
