import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.js";
import { runCommand, TestGrid } from "../../support/grid.js";
import { serviceIs } from "../../support/service-state.js";
import { TcpService } from "../../support/tcp-service.js";
import { jobWorkflowId, searchAttributes } from "../../../workflows/messages.js";

describe("a grid with a service that comes and goes", () => {
  const nfs = new TcpService();
  let grid: TestGrid;
  beforeAll(async () => {
    await nfs.start();
    grid = await new TestGrid(`services:
  nfs: { probe: { tcp: "127.0.0.1:${nfs.port}" }, every: 500ms, down: 2, up: 1, timeout: 5s, runbook: "https://wiki/nfs" }
  licence: { probe: { script: "echo no seats left; exit 1" }, every: 500ms, down: 2, up: 1 }
machines: { alpha: {}, beta: {} }
admins: [admin@example.org]
mail: { gather: 500ms, calm: 100ms }
hold: { budget: 1h, flapping: { count: 100 } }
verdict: { grace: 500ms, back-off: 2s, back-off-max: 4s }
`).start();
    await serviceIs(grid, "nfs", "up");
    await serviceIs(grid, "licence", "down");
  });
  afterAll(async () => {
    await grid.stop();
    await nfs.stop();
  });
  afterEach(async () => {
    await nfs.stop();
    await nfs.start();
    await serviceIs(grid, "nfs", "up");
  });

  async function stopNfs(): Promise<void> {
    await nfs.stop();
    await serviceIs(grid, "nfs", "down");
  }

  test("holds only the jobs that need the broken service, says why everywhere, and runs them when it is back", async () => {
    await stopNfs();
    const needing = await grid.submitOne(`test: "true"\nrequire: [service:nfs]`);
    const other = await grid.submitOne(`test: "true"`);
    expect(await grid.finished(other)).toMatchObject({ verdict: "pass", holds: [] });
    const held = await grid.jobIn(needing, "held");
    expect(held.holds).toEqual([
      expect.objectContaining({ reason: "infra/service-down", service: "nfs", until: null }),
    ]);
    const shown = {
      why: (await runCommand(grid, "why", needing)).stdout,
      page: await (await grid.fetch(held.links.page)).text(),
    };
    expect(shown.why).toMatch(
      /held since .*\n {2}- service nfs is down since.*\nRunbook of nfs: https:\/\/wiki\/nfs\n/s,
    );
    expect(shown.page).toContain("service nfs is down since");
    expect(shown.page).toContain('href="https://wiki/nfs"');
    for (const text of Object.values(shown)) expect(text).toMatch(/for another \d+m \d+s, it ends as abort/);
    expect((await grid.client.queue()).classes).toContainEqual(
      expect.objectContaining({ test: "only", waiting: 1, reasons: [expect.objectContaining({ service: "nfs" })] }),
    );
    await grid.temporal(async (client) => {
      const description = await client.workflow.getHandle(jobWorkflowId(needing)).describe();
      expect(description.searchAttributes).toMatchObject({
        [searchAttributes.state]: ["held"],
        [searchAttributes.heldFor]: ["nfs"],
        [searchAttributes.owner]: ["dev@example.org"],
      });
      const metadata = await client.workflow
        .getHandle(jobWorkflowId(needing))
        .query<{ currentDetails: string }>("__temporal_workflow_metadata");
      expect(metadata.currentDetails).toContain("service nfs is down");
    });
    await nfs.start();
    expect(await grid.finished(needing)).toMatchObject({
      verdict: "pass",
      holds: [expect.objectContaining({ service: "nfs", until: expect.any(String) })],
    });
    expect((await grid.mailsOf(needing)).map(({ subject }) => subject.split(" ")[0])).toEqual(["PASS"]);
  });

  test("a waiting job becomes held when its service goes down, and the admin is notified once", async () => {
    const downMails = async () => (await grid.mails()).filter(({ subject }) => subject.startsWith("DOWN"));
    const before = (await downMails()).length;
    await stopNfs();
    const jobs = await grid.submit({
      "holdfast.yaml":
        'owner: dev@example.org\ntests:\n  many:\n    test: "true"\n    require: [service:nfs]\n    matrix: { n: [1, 2, 3, 4, 5] }\n',
    });
    for (const { jobId } of jobs.jobs) await grid.jobIn(jobId, "held");
    await eventually("the admin's mail", async () => ((await downMails()).length > before ? true : undefined));
    await nfs.start();
    for (const { jobId } of jobs.jobs) expect(await grid.finished(jobId)).toMatchObject({ verdict: "pass" });
    const outages = (await downMails()).slice(before).filter(({ to }) => to.includes("admin@example.org"));
    expect(outages.map(({ subject }) => subject.replace(/, since .*/, ""))).toEqual(["DOWN service nfs"]);
  });

  test("a test that fails while its service is down does not count: it is held and runs again", async () => {
    const jobId = await grid.submitOne(`test: sleep 2; exit 1\nrequire: [service:nfs]`);
    await grid.jobIn(jobId, "running");
    await nfs.stop();
    await grid.jobIn(jobId, "held");
    const [first] = (await grid.client.job(jobId)).attempts;
    expect(first).toMatchObject({ outcome: expect.stringMatching(/dirty|infrastructure/) });
    expect((await grid.mails()).filter(({ headers }) => headers["x-holdfast-job"] === jobId)).toEqual([]);
    await grid.client.cancel(jobId, "the test");
  });

  test("a running job whose service goes down is stopped after its grace time, and held", async () => {
    const jobId = await grid.submitOne(`test: sleep 100\nrequire: [service:nfs]`);
    await grid.jobIn(jobId, "running");
    await nfs.stop();
    const held = await grid.jobIn(jobId, "held");
    expect(held.attempts[0]).toMatchObject({ outcome: "infrastructure", failureIdentifier: "infra/service-down" });
    await grid.client.cancel(jobId, "the test");
  });

  test("a running job that missed the signal of an outage, because it began at that moment, gets it later", async () => {
    const jobId = await grid.submitOne(`test: sleep 100`);
    await grid.jobIn(jobId, "running");
    const requirement = { requirement: "service:licence", origin: "declared", chain: [] };
    await grid.query("update jobs set requirements = $2 where job_id = $1", [jobId, JSON.stringify([requirement])]);
    const held = await grid.jobIn(jobId, "held");
    expect(held.attempts[0]).toMatchObject({ outcome: "infrastructure", failureIdentifier: "infra/service-down" });
    await grid.client.cancel(jobId, "the test");
  });

  test("when the hold budget ends, the job is aborted once, with the reasons of its holds", async () => {
    const jobId = await grid.submitOne(`test: "true"\nrequire: [service:licence]`);
    await grid.jobIn(jobId, "held");
    // The budget is an hour, so this moves the beginning of the hold into the past.
    await grid.query("update holds set since = now() - interval '2 hours' where job_id = $1", [jobId]);
    await grid.temporal((client) =>
      client.workflow.getHandle(jobWorkflowId(jobId)).terminate("so that its timer starts again"),
    );
    const job = await grid.finished(jobId);
    expect(job).toMatchObject({ verdict: "abort", abortReason: "hold-expired", blame: "infrastructure" });
    const [mail, ...more] = await grid.mailsOf(jobId);
    expect(more).toEqual([]);
    expect(mail!.subject).toMatch(/^ABORT/);
    expect(mail!.text).toMatch(/Held .*licence for 2h/);
    expect(mail!.text).not.toMatch(/fail/i);
  });

  test("a test whose author declared nothing is held for what a library method needs, two functions deep", async () => {
    await stopNfs();
    const jobId = await grid.submitOne(`test: node tests/deep.test.ts`, {
      "tests/deep.test.ts": 'import { mountAll } from "./mounts.js";\nmountAll();\n',
      "tests/mounts.ts":
        'import { Nfs } from "./nfs.js";\nconst nfs = new Nfs();\nfunction mountOne(): void {\n  nfs.mount();\n}\nexport function mountAll(): void {\n  mountOne();\n}\n',
      "tests/nfs.ts": "export class Nfs {\n  /** Mounts. @requires service:nfs */\n  mount(): void {}\n}\n",
    });
    await grid.jobIn(jobId, "held");
    const why = await grid.client.why(jobId);
    expect(why.requirements).toEqual([
      {
        requirement: "service:nfs",
        origin: "discovered",
        chain: [
          { name: "mountAll", file: "tests/deep.test.ts", line: 2 },
          { name: "mountOne", file: "tests/mounts.ts", line: 7 },
          { name: "Nfs.mount", file: "tests/mounts.ts", line: 4 },
        ],
      },
    ]);
    expect((await runCommand(grid, "why", jobId)).stdout).toContain(
      "mountAll at tests/deep.test.ts:2 → mountOne at tests/mounts.ts:7 → Nfs.mount at tests/mounts.ts:4",
    );
    await nfs.start();
    expect(await grid.finished(jobId)).toMatchObject({ verdict: "pass" });
  });

  test("code that requires what the grid does not define is rejected with its place", async () => {
    const jobId = await grid.submitOne(`test: node t.ts`, {
      "t.ts": "/** @requires service:moon */\nfunction land(): void {}\nland();\n",
    });
    const job = await grid.finished(jobId);
    expect(job).toMatchObject({
      verdict: "abort",
      abortReason: "rejected",
      failureIdentifier: "user/unknown-requirement",
    });
    expect(job.evidence[0]?.detail).toContain("t.ts:3: land requires service:moon");
  });
});
