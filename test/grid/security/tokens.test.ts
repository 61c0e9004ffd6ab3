import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { packFolder } from "../../../source/pack/pack.js";
import { type RouteName, routes } from "../../../api/contract/routes.js";
import { rolesOf } from "../../../api/contract/route.js";
import type { Role } from "../../../domain/access/roles.js";
import { eventually } from "../../support/eventually.js";
import { runCommand, TestGrid } from "../../support/grid.js";

describe("who may do what", () => {
  let grid: TestGrid;
  beforeAll(async () => {
    grid = await new TestGrid("machines: { alpha: {} }\n").start();
  });
  afterAll(() => grid.stop());

  let made = 0;
  const make = async (role: Role, more: { machine?: string; address?: string; project?: string } = {}) =>
    (await grid.client.createToken({ name: `a ${role} ${++made}`, role, ...more })).token;

  const cookiesOf = (answer: Response) =>
    answer.headers
      .getSetCookie()
      .map((each) => each.split(";")[0])
      .join("; ");

  const open = (token: string, path: string) =>
    fetch(grid.endpoints.api + path, { headers: { authorization: `Bearer ${token}` } });

  async function ask(token: string | undefined, method: string, path: string, body?: unknown): Promise<number> {
    return (await send(token, method, path, body)).status;
  }

  async function send(token: string | undefined, method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${grid.endpoints.api}/api/v1${path}`, {
      method,
      headers: {
        "content-type": "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
  test("each route admits the roles that the contract names, and no others", async () => {
    const tokens: Record<Role | "none", string | undefined> = {
      none: undefined,
      viewer: await make("viewer"),
      submitter: await make("submitter"),
      operator: await make("operator"),
      admin: await make("admin"),
      agent: await make("agent", { machine: "alpha" }),
    };
    const everybody = Object.keys(tokens) as (keyof typeof tokens)[];
    for (const name of Object.keys(routes) as RouteName[]) {
      const { method, path, audience } = routes[name];
      const address = path.replace("{address}", "dev@example.org").replace(/\{\w+\*?\}/g, "x");
      const wanted =
        audience === "everyone"
          ? everybody
          : everybody.filter((role) => rolesOf[audience].some((known) => known === role));
      const admitted: string[] = [];
      for (const role of everybody) {
        const answer = await send(tokens[role], method, address, method === "GET" ? undefined : {});
        const { code } = answer.ok ? {} : ((await answer.json()) as { code?: string });
        // Streams would not end by themselves.
        if (answer.ok) await answer.body?.cancel();
        if (code !== "no-token" && code !== "wrong-role") admitted.push(role);
      }
      expect([name, admitted]).toEqual([name, wanted]);
    }
    expect(Object.values(routes).filter(({ audience }) => audience === "everyone")).toHaveLength(2);
    for (const page of ["/", "/downtime", "/failures", "/jobs/x", "/submissions/x", "/pauses/preview", "/nowhere"])
      expect([page, (await fetch(grid.endpoints.api + page)).status]).toEqual([page, 401]);
    expect((await fetch(`${grid.endpoints.api}/api/v1/openapi.json`)).status).toBe(401);
    expect((await fetch(`${grid.endpoints.api}/ready`)).status).toBe(200);
  });

  test("refused changes are in the audit, each at most once a minute", async () => {
    const viewer = await make("viewer");
    for (let turn = 0; turn < 3; turn++) expect(await ask(viewer, "POST", "/pauses", {})).toBe(403);
    expect(await ask(undefined, "POST", "/pauses", {})).toBe(401);
    const own = `a viewer ${made}`;
    const refused = await eventually("the refusals in the audit", async () => {
      const { audit } = await grid.client.audit({ limit: "500" });
      const found = audit.filter(
        ({ actor, action, target }) => action === "refused" && target === "POST /pauses" && actor === own,
      );
      const isStrangerNoted = audit.some(
        ({ actor, action }) => action === "refused" && actor.startsWith("somebody at"),
      );
      return found.length > 0 && isStrangerNoted ? found : undefined;
    });
    expect(refused).toHaveLength(1);
  });

  test("a token for one project sees and changes only that project", async () => {
    const suite = (project: string) =>
      `owner: dev@example.org\nproject: ${project}\ntests: { one: { test: "true" } }\n`;
    const shop = await grid.submit({ "holdfast.yaml": suite("shop") });
    const bank = await grid.submit({ "holdfast.yaml": suite("bank") });
    const token = await make("submitter", { project: "shop" });
    const [own, others] = [shop.jobs[0]!.jobId, bank.jobs[0]!.jobId];
    expect([await ask(token, "GET", `/jobs/${own}/why`), await ask(token, "GET", `/jobs/${others}/why`)]).toEqual([
      200, 403,
    ]);
    expect(await ask(token, "GET", `/submissions/${bank.submissionId}`)).toBe(403);
    expect(await ask(token, "GET", "/downtime")).toBe(403);
    expect((await open(token, `/jobs/${own}`)).status).toBe(200);
    const elsewhere = [
      `/jobs/${others}`,
      `/submissions/${bank.submissionId}`,
      "/downtime",
      "/pauses/preview?scope=grid",
    ];
    for (const path of elsewhere) expect([path, (await open(token, path)).status]).toEqual([path, 403]);
    const { jobs } = (await (await send(token, "GET", "/jobs")).json()) as { jobs: { project: string }[] };
    expect(new Set(jobs.map(({ project }) => project))).toEqual(new Set(["shop"]));
    const submit = async (project: string) => {
      const sourceHash = await grid.client.upload(await packFolder(grid.source({ "holdfast.yaml": suite(project) })));
      return ask(token, "POST", "/submissions", { source: { kind: "upload", sourceHash } });
    };
    expect([await submit("shop"), await submit("bank")]).toEqual([201, 403]);
  });

  test("each page that the head offers opens", async () => {
    for (const role of ["viewer", "submitter", "operator", "admin"] as const) {
      const token = await make(role, role === "submitter" ? { project: "shop" } : {});
      const [head = ""] = /<nav .*?<\/nav>/s.exec(await (await open(token, "/")).text()) ?? [];
      const links = [...head.matchAll(/href="([^"]+)"/g)].map(([, link]) => link!);
      expect(links.length).toBeGreaterThan(4);
      for (const link of links) expect([role, link, (await open(token, link)).status]).toEqual([role, link, 200]);
    }
  });

  test("the owner of a job may cancel it with a token of their address, others may not", async () => {
    const { jobs } = await grid.submit({
      "holdfast.yaml": "owner: eve@example.org\nproject: shop\ntests: { one: { test: sleep 60 } }\n",
    });
    const path = `/jobs/${jobs[0]!.jobId}/cancel`;
    const stranger = await make("submitter", { address: "ann@example.org" });
    expect(await ask(stranger, "POST", path, {})).toBe(403);
    expect(await ask(stranger, "POST", path.replace("cancel", "extend"), { for: "1h" })).toBe(403);
    expect(await ask(await make("submitter", { address: "Eve@example.org" }), "POST", path, {})).toBe(202);
  });

  test("a browser can sign in by a token or by a link that is valid once, and sign out", async () => {
    const page = `${grid.endpoints.api}/jobs/x`;
    const navigate = { accept: "text/html,*/*" };
    const led = await fetch(page, { redirect: "manual", headers: navigate });
    expect([led.status, led.headers.get("location")]).toEqual([303, "/sign-in?to=%2Fjobs%2Fx"]);
    const { url } = await grid.client.signInLink();
    const cookie = cookiesOf(await fetch(url, { redirect: "manual" }));
    expect((await fetch(url, { redirect: "manual" })).status).toBe(401);
    expect((await fetch(page, { headers: { cookie } })).status).toBe(404);
    expect((await fetch(page, { headers: { cookie: cookie.replace(/=./, "=A") } })).status).toBe(401);

    const token = await make("viewer");
    const form = (given: string, headers: Record<string, string>) =>
      fetch(`${grid.endpoints.api}/sign-in`, {
        method: "POST",
        redirect: "manual",
        headers,
        body: new URLSearchParams({ token: given, to: "//evil.example.org/" }),
      });
    const own = { "sec-fetch-site": "same-origin" };
    expect((await form(token, { "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await form("wrong", own)).status).toBe(401);
    const entered = await form(token, own);
    expect([entered.status, entered.headers.get("location")]).toEqual([303, "/"]);
    const viewer = cookiesOf(entered);
    const pause = (site: string) =>
      fetch(`${grid.endpoints.api}/api/v1/pauses`, {
        method: "POST",
        headers: { cookie: viewer, "sec-fetch-site": site },
      });
    expect(((await (await pause("cross-site")).json()) as { code: string }).code).toBe("other-site");
    expect(((await (await pause("same-origin")).json()) as { code: string }).code).toBe("wrong-role");
    const left = await fetch(`${grid.endpoints.api}/sign-out`, {
      method: "POST",
      redirect: "manual",
      headers: { cookie: viewer, ...own },
    });
    expect((await fetch(page, { headers: { cookie: cookiesOf(left) } })).status).toBe(401);
  });

  test("a token is created, listed and revoked by command; a revoked or expired one is invalid at once", async () => {
    const create = ["token", "create", "ann", "--role", "submitter", "--address", "ann@example.org", "--json"];
    const made = await runCommand(grid, ...create);
    const { tokenId, token } = JSON.parse(made.stdout) as { tokenId: string; token: string };
    expect(await ask(token, "PUT", "/preferences/ann@example.org", { when: "failures" })).toBe(200);
    expect((await runCommand(grid, "token", "list")).stdout).toMatch(new RegExp(`${tokenId} +ann +submitter`));
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
    expect(actors).toEqual(["grid token for bob", "ops", "ops for ann", "ops"]);
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
