import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.js";
import { TestGrid } from "../../support/grid.js";

/** A folder outside the grid. Tests that are not confined depend on a file in it, and no requirement says so. */
const outside = mkdtempSync(join(tmpdir(), "holdfast-outside-"));

describe("a failure of a test that has passed before", () => {
  let grid: TestGrid;
  beforeAll(async () => {
    grid = await new TestGrid(`machines: { alpha: { confine: false }, beta: { confine: false } }
admins: [admin@example.org]
verdict: { back-off: 1s, back-off-max: 2s }
`).start();
  });
  afterAll(async () => {
    await grid.stop();
    rmSync(outside, { recursive: true, force: true });
  });

  const submit = async (name: string, test: string) => {
    const { jobs } = await grid.submit({
      "holdfast.yaml": `owner: dev@example.org\ntests:\n  ${name}:\n    test: ${JSON.stringify(test)}\n`,
    });
    return jobs[0]!.jobId;
  };

  test("is reported if the last passing source passes at the same time, on both machines", async () => {
    expect(await grid.finished(await submit("steady", "sleep 2"))).toMatchObject({ verdict: "pass" });
    const broken = await grid.finished(await submit("steady", "sleep 4; exit 4"));
    expect(broken).toMatchObject({ verdict: "fail", failureIdentifier: "code/test-failed" });
    // If these runs did not overlap after all, more attempts follow.
    expect(broken.attempts.slice(0, 3).map(({ purpose, outcome }) => [purpose, outcome])).toEqual([
      ["test", "candidate"],
      ["confirmation", "candidate"],
      ["baseline", "passed"],
    ]);
    const [, confirmation, baseline] = broken.attempts;
    expect(confirmation!.machine).not.toBe(baseline!.machine);
    expect(Date.parse(baseline!.startedAt)).toBeLessThan(Date.parse(confirmation!.endedAt!));
    const beside = await grid.client.job(baseline!.companion!);
    expect(beside).toMatchObject({ verdict: "pass", test: "steady" });
    expect((await grid.mails()).filter(({ headers }) => headers["x-holdfast-job"] === beside.jobId)).toEqual([]);
    expect((await grid.client.jobs({ test: "steady" })).jobs.map(({ jobId }) => jobId)).not.toContain(beside.jobId);
    expect(await grid.mailsOf(broken.jobId)).toHaveLength(1);
  });

  test("on a branch without a history is compared with the source that passed on another branch", async () => {
    expect(await grid.finished(await submit("branched", "sleep 1"))).toMatchObject({ verdict: "pass" });
    const suite = "owner: dev@example.org\ntests:\n  branched: { test: sleep 1; exit 4 }\n";
    const { jobs } = await grid.submit({ "holdfast.yaml": suite }, { branch: "feature/new" });
    const { verdict, attempts } = await grid.finished(jobs[0]!.jobId);
    expect(verdict).toBe("fail");
    expect(attempts.map(({ purpose, outcome }) => `${purpose} ${outcome}`)).toContain("baseline passed");
  });

  test("is held without an alarm if that source does not pass any more: the environment has changed", async () => {
    writeFileSync(join(outside, "there"), "");
    const needing = `test -e ${join(outside, "there")}`;
    expect(await grid.finished(await submit("worldly", needing))).toMatchObject({ verdict: "pass" });
    rmSync(join(outside, "there"));
    expect(existsSync(join(outside, "there"))).toBe(false);
    const jobId = await submit("worldly", `${needing} && true`);
    await eventually("the job to be held for it", async () => {
      const { state, holds } = await grid.client.job(jobId);
      return state === "held" && holds.at(-1)?.reason === "infra/environment-changed" ? true : undefined;
    });
    const told = await eventually("the admin's mail", async () => {
      const mails = (await grid.mails()).filter(
        ({ to, subject }) => to.includes("admin@example.org") && subject.includes("worldly"),
      );
      return mails.length > 0 ? mails : undefined;
    });
    expect(told).toHaveLength(1);
    writeFileSync(join(outside, "there"), "");
    expect(await grid.finished(jobId)).toMatchObject({ verdict: "pass" });
    expect((await grid.mailsOf(jobId)).map(({ subject }) => subject)).toEqual([expect.stringMatching(/^PASS/)]);
  });

  test("ends with the job: a comparison run that is no longer needed is cancelled", async () => {
    const linger = join(outside, "linger");
    expect(await grid.finished(await submit("slow", `test ! -e ${linger} || sleep 600`))).toMatchObject({
      verdict: "pass",
    });
    writeFileSync(linger, "");
    const jobId = await submit("slow", "exit 5");
    await eventually("its comparison run", async () => {
      const { state } = await grid.client.job(`${jobId}.baseline.1`);
      return state === "running" ? true : undefined;
    });
    await grid.client.cancel(jobId, "the test");
    expect(await grid.finished(jobId)).toMatchObject({ verdict: "abort", abortReason: "cancelled" });
    expect(await grid.finished(`${jobId}.baseline.1`)).toMatchObject({ verdict: "abort", abortReason: "cancelled" });
  });
});
