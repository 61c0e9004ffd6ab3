import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.js";
import { TestGrid } from "../../support/grid.js";
import { monitorWorkflowId } from "../../../workflows/messages.js";

describe("signals that people send by hand", () => {
  let grid: TestGrid;
  beforeAll(async () => {
    grid = await new TestGrid(`services:
  nfs: { probe: { script: "true" }, every: 500ms, down: 2, up: 1 }
machines: { alpha: {} }
`).start();
  });
  afterAll(() => grid.stop());

  const needing = `test: "true"\nrequire: [service:nfs]`;
  async function audit(): Promise<string[]> {
    const { audit: lines } = await grid.client.audit({ limit: "200" });
    return lines.map(({ actor, action, target, detail }) => `${actor} ${action} ${target}: ${detail}`);
  }
  /** Sends a signal to the health monitor, as an admin does by hand. */
  async function signal(name: string, ...input: unknown[]): Promise<void> {
    await grid.temporal((client) => client.workflow.getHandle(monitorWorkflowId).signal(name, ...input));
  }
  async function payload(encoding: string, data: Buffer): Promise<void> {
    await grid.temporal((client) =>
      client.workflowService.signalWorkflowExecution({
        namespace: grid.endpoints.temporal.namespace,
        workflowExecution: { workflowId: monitorWorkflowId },
        signalName: "pause",
        input: { payloads: [{ metadata: { encoding: Buffer.from(encoding) }, data }] },
      }),
    );
  }
  async function audited(line: RegExp): Promise<void> {
    await eventually(`an audit line like ${line}`, async () =>
      (await audit()).some((each) => line.test(each)) ? true : undefined,
    );
  }

  test("a valid pause sent as a signal takes effect; an invalid one is recorded, and the monitor continues", async () => {
    await signal("pause", { scope: "service:nfs", reason: "typed by hand", by: "eve" });
    await audited(/^eve pause service:nfs: typed by hand$/);
    const held = await grid.submitOne(needing);
    await grid.jobIn(held, "held");
    await signal("pause");
    await signal("pause", 42);
    await signal("pause", { scope: "service:nfs", reason: ["no", "text"] });
    await signal("pause", { scope: "moon", reason: "x" });
    await signal("pause", { scope: "service:moon", reason: "x" });
    await signal("resume", { scope: "machine:alpha", reason: "was never paused" });
    await signal("pawse", { scope: "grid", reason: "misspelt" });
    await signal("pause", { scope: "grid", reason: "long", id: "漢".repeat(2_000) });
    await payload("json/protobuf", Buffer.from([0xff, 0x00, 0x7b]));
    await payload("binary/plain", Buffer.alloc(300_000, 1));
    for (const line of [
      /^a signal ignored pause: came without input/,
      /^a signal ignored pause: its input is no JSON object; it was sent 42/,
      /^a signal ignored pause: "reason" must say why/,
      /^a signal ignored pause: "moon" cannot be paused/,
      /^a signal ignored pause: this grid has no service:moon/,
      /^a signal ignored resume: machine:alpha was not paused/,
      /^a signal ignored pause: its input cannot be decoded/,
      /^a signal ignored pause: its input is no JSON object; it was sent {"0":1/,
      /^a signal ignored pause: "id" must be at most/,
      /^a signal ignored pawse: there is no such signal/,
    ])
      await audited(line);
    await signal("resume", { scope: "service:nfs", reason: "done", by: "eve" });
    expect(await grid.finished(held)).toMatchObject({ verdict: "pass" });
    const snapshot = await grid.temporal((client) =>
      client.workflow.getHandle(monitorWorkflowId).query<{ orders: { order: string }[] }>("snapshot"),
    );
    expect(snapshot.orders.at(-1)?.order).toBe("resume service nfs by eve: done");
  });

  test("an order takes effect once, however often and late it comes", async () => {
    const once = { scope: "service:nfs", reason: "done", by: "eve", id: "resume-once" };
    await grid.client.pause({ scope: "service:nfs", reason: "first", by: "eve" });
    await signal("resume", once);
    await audited(/^eve resume service:nfs: done$/);
    await grid.client.pause({ scope: "service:nfs", reason: "second", by: "eve" });
    await signal("resume", once);
    await signal("pause", { scope: "service:nfs", reason: "far away", until: "9999-01-01T00:00:00Z" });
    await audited(/ten years away/);
    expect((await grid.client.pauses("0")).pauses.map(({ reason }) => reason)).toEqual(["second"]);
    await grid.client.resume({ scope: "service:nfs", reason: "done", by: "eve" });
  });

  test("a pause with --now that is sent again after its end stops nothing", async () => {
    const order = { scope: "service:nfs", reason: "now", by: "eve", now: true, id: "stop-once" };
    await signal("pause", order);
    await audited(/^eve pause service:nfs: now, stopping what runs$/);
    await grid.client.resume({ scope: "service:nfs", reason: "over", by: "eve" });
    const jobId = await grid.submitOne(`test: sleep 2\nrequire: [service:nfs]`);
    await grid.jobIn(jobId, "running");
    await signal("pause", order);
    const { verdict, attempts } = await grid.finished(jobId);
    expect({ verdict, attempts: attempts.length }).toEqual({ verdict: "pass", attempts: 1 });
  });

  test("an Idempotency-Key that cannot be looked up is refused", async () => {
    const answer = await fetch(`${grid.endpoints.api}/api/v1/pauses`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${grid.token}`,
        "content-type": "application/json",
        "idempotency-key": "é".repeat(300),
      },
      body: JSON.stringify({ scope: "grid", reason: "x", by: "eve" }),
    });
    expect(await answer.json()).toMatchObject({ status: 422, code: "wrong-request" });
  });

  test("the monitor continues as new under a flood of signals, and loses none of them", async () => {
    const runOf = () =>
      grid.temporal(async (client) => (await client.workflow.getHandle(monitorWorkflowId).describe()).runId);
    const first = await runOf();
    const count = 2_500;
    await grid.temporal(async (client) => {
      const handle = client.workflow.getHandle(monitorWorkflowId);
      for (let sent = 0; sent < count; sent += 50)
        await Promise.all(Array.from({ length: 50 }, (_, index) => handle.signal("pause", `flood ${sent + index}`)));
    });
    await eventually(
      "every signal to be noted",
      async () => {
        const [row] = await grid.query<{ count: number }>(
          "select count(distinct detail)::int as count from audit where detail like '%flood%'",
        );
        return row!.count === count ? true : undefined;
      },
      180_000,
    );
    await eventually("another run of the monitor", async () => ((await runOf()) === first ? undefined : true));
    await grid.client.pause({ scope: "grid", reason: "after the flood", by: "ann" });
    await grid.client.resume({ scope: "grid", reason: "dry again", by: "ann" });
    expect(await grid.finished(await grid.submitOne(needing))).toMatchObject({ verdict: "pass" });
  }, 400_000);
});
