import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Connection } from "@temporalio/client";
import pg from "pg";
import { temporalVariables } from "../../../workers/process/temporal-connection.js";
import { TestGrid } from "../../support/grid.js";

/** A second grid on the servers of a first: another namespace, another database. */
describe("a grid with its user's own servers", () => {
  let first: TestGrid;
  let second: TestGrid;
  beforeAll(async () => {
    first = await new TestGrid("machines: { alpha: {} }\n").start();
    const connection = await Connection.connect(first.temporalOptions());
    await connection.workflowService.registerNamespace({
      namespace: "second",
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    });
    await connection.close();
    await first.query("create database second");
    second = new TestGrid("machines: { alpha: {} }\n", {
      ...temporalVariables(first.endpoints.temporal),
      TEMPORAL_NAMESPACE: "second",
      DATABASE_URL: first.endpoints.database.replace(/postgres$/, "second"),
    });
    await second.start();
  });
  afterAll(async () => {
    await second.stop();
    await first.stop();
  });

  test("runs its jobs there, at the same time as another grid", async () => {
    const [mine, other] = await Promise.all([second.submitOne('test: "true"'), first.submitOne('test: "true"')]);
    expect(await second.finished(mine)).toMatchObject({ verdict: "pass" });
    expect(await first.finished(other)).toMatchObject({ verdict: "pass" });
    expect(second.endpoints).toMatchObject({
      temporal: { address: first.endpoints.temporal.address, namespace: "second" },
      inbox: expect.any(String),
    });
    await expect(first.client.job(mine)).rejects.toMatchObject({ code: "unknown-job" });
  });

  test("a released lease starts nothing", async () => {
    const jobId = await second.submitOne('test: "true"');
    await second.finished(jobId);
    const [lease] = await second.query<{ lease_id: string; fence: string }>(
      "select lease_id, fence from leases where job_id = $1",
      [jobId],
    );
    const answer = await fetch(`${second.endpoints.api}/api/v1/leases/${lease!.lease_id}/start`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${second.token}` },
      body: JSON.stringify({ fence: Number(lease!.fence), machine: "alpha", attempt: 2, purpose: "test" }),
    });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([409, "stale-lease"]);
    expect((await second.client.job(jobId)).attempts).toHaveLength(1);
  });

  test("a database that a newer version has changed is refused", async () => {
    await second.end("SIGTERM");
    const client = new pg.Client({ connectionString: second.endpoints.database });
    await client.connect();
    await client.query("insert into migrations (name, run_on) values ('9999_of_tomorrow', now())");
    await expect(second.start()).rejects.toThrow(/9999_of_tomorrow; update Holdfast/);
    await client.end();
  });
});
