import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { packFolder } from "../../../source/pack/pack.js";
import { runCommand, TestGrid } from "../../support/grid.js";

describe("who may do what", () => {
  let grid: TestGrid;
  beforeAll(async () => {
    grid = await new TestGrid("machines: { alpha: {} }\n").start();
  });
  afterAll(() => grid.stop());

  async function ask(token: string | undefined, method: string, path: string, body?: unknown): Promise<number> {
    const answer = await fetch(`${grid.endpoints.api}/api/v1${path}`, {
      method,
      headers: {
        "content-type": "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return answer.status;
  }
  const allowed = async (token: string | undefined, method: string, path: string) =>
    ![401, 403].includes(await ask(token, method, path, method === "GET" ? undefined : {}));

  test("a token of each role may use the routes of its role, and no others", async () => {
    const extra = { admin: {}, agent: { machine: "alpha" }, user: { address: "dev@example.org" } };
    const make = async (role: "admin" | "agent" | "user") =>
      (await grid.client.createToken({ name: `a ${role}`, role, ...extra[role] })).token;
    const tokens = {
      none: undefined,
      user: await make("user"),
      agent: await make("agent"),
      admin: await make("admin"),
      grid: grid.token,
    };
    const table: [string, string, (keyof typeof tokens)[]][] = [
      ["GET", "/jobs", ["none", "user", "agent", "admin", "grid"]],
      ["POST", "/submissions", ["user", "admin", "grid"]],
      ["POST", "/jobs/x/cancel", ["user", "admin", "grid"]],
      ["POST", "/jobs/x/rerun", ["user", "admin", "grid"]],
      ["PUT", "/preferences/dev@example.org", ["user", "admin", "grid"]],
      ["POST", "/machines/alpha/reports", ["agent", "admin", "grid"]],
      ["POST", "/leases/x/start", ["agent", "admin", "grid"]],
      ["GET", `/sources/${"0".repeat(64)}`, ["user", "agent", "admin", "grid"]],
      ["POST", "/machines/alpha/drain", ["admin", "grid"]],
      ["POST", "/jobs/x/extend", ["admin", "grid"]],
      ["POST", "/pauses", ["admin", "grid"]],
      ["PUT", "/grid", ["admin", "grid"]],
      ["GET", "/mails", ["admin", "grid"]],
      ["GET", "/tokens", ["admin", "grid"]],
      ["POST", "/tokens", ["admin", "grid"]],
    ];
    for (const [method, path, who] of table) {
      const open = [];
      for (const [name, token] of Object.entries(tokens)) if (await allowed(token, method, path)) open.push(name);
      expect([method, path, open]).toEqual([method, path, who]);
    }
  });

  test("a token is created, listed and revoked by command; a revoked or expired one is invalid at once", async () => {
    const made = await runCommand(
      grid,
      "token",
      "create",
      "ann",
      "--role",
      "user",
      "--address",
      "ann@example.org",
      "--json",
    );
    const { tokenId, token } = JSON.parse(made.stdout) as { tokenId: string; token: string };
    expect(await ask(token, "PUT", "/preferences/ann@example.org", { when: "failures" })).toBe(200);
    expect((await runCommand(grid, "token", "list")).stdout).toMatch(new RegExp(`${tokenId} +ann +user`));
    const kept = await grid.query("select * from tokens");
    expect(JSON.stringify(kept)).not.toContain(token);
    expect((await runCommand(grid, "token", "revoke", tokenId)).code).toBe(0);
    expect(await ask(token, "PUT", "/preferences/ann@example.org", { when: "all" })).toBe(401);
    expect((await runCommand(grid, "token", "revoke", tokenId)).code).toBe(64);
    const brief = await grid.client.createToken({ name: "brief", role: "admin", for: "1ms" });
    expect(await ask(brief.token, "GET", "/tokens")).toBe(401);
    expect((await runCommand(grid, "grid", "--log")).stdout).toContain("revoke token");
  });

  test("the audit shows whose token was used, whatever the request says", async () => {
    const { token } = await grid.client.createToken({ name: "ops", role: "admin" });
    const drain = (by?: string) =>
      ask(token, "POST", "/machines/alpha/drain", { draining: false, reason: "seen to", by });
    expect([await drain(), await drain("ann"), await drain("ops")]).toEqual([200, 200, 200]);
    await grid.client.drain("alpha", { draining: false, reason: "seen to", by: "bob" });
    const { audit } = await grid.client.audit({ limit: "20" });
    const actors = audit.filter(({ action }) => action === "undrain").map(({ actor }) => actor);
    expect(actors).toEqual(["bob", "ops", "ann (token ops)", "token ops"]);
  });

  test("a rerun has the same recipients and sees the same commit, and each request has its effect once", async () => {
    const commit = "c0ffee".repeat(8).slice(0, 40);
    const folder = grid.source({
      "holdfast.yaml": `owner: dev@example.org\nproject: shop\ntests:\n  one: { test: test $HOLDFAST_REVISION = ${commit}, matrix: { n: [1, 2] } }\n`,
    });
    const sourceHash = await grid.client.upload(await packFolder(folder));
    const { jobs, submissionId } = await grid.client.submit(
      { source: { kind: "upload", sourceHash, commit }, tell: ["boss@example.org"], branch: "next" },
      randomUUID(),
    );
    const { jobId, variant } = jobs[1]!;
    await grid.finished(jobId);
    const again = await runCommand(grid, "rerun", jobId, "--json");
    expect(again.code).toBe(0);
    const rerun = JSON.parse(again.stdout) as { jobId: string; submissionId: string };
    const ended = await grid.finished(rerun.jobId);
    expect(ended).toMatchObject({
      verdict: "pass",
      test: "one",
      variant,
      owner: "dev@example.org",
      project: "shop",
      branch: "next",
    });
    expect(rerun.submissionId).not.toBe(submissionId);
    expect((await grid.mailsOf(rerun.jobId)).map(({ to }) => to)).toEqual([["dev@example.org", "boss@example.org"]]);
    const key = randomUUID();
    const [first, second] = await Promise.all([grid.client.rerun(jobId, key), grid.client.rerun(jobId, key)]);
    expect(second.jobId).toBe(first.jobId);
    await grid.finished(first.jobId);
    expect((await runCommand(grid, "rerun", "nothing")).code).toBe(64);
  });
});
