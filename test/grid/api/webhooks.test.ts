import { randomUUID } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Webhook } from "standardwebhooks";
import { GitRepository } from "../../support/git-repository.js";
import { eventually } from "../../support/eventually.js";
import { runCommand, TestGrid } from "../../support/grid.js";

interface Message {
  type: string;
  text: string;
  data: Record<string, unknown>;
}

describe("webhooks", () => {
  let grid: TestGrid;
  let server: Server;
  let url = "";
  /** Every request that the server got. */
  const tries: { path: string; headers: IncomingHttpHeaders; body: string }[] = [];
  let statusOf: (path: string) => number = () => 204;
  beforeAll(async () => {
    grid = await new TestGrid("machines: { alpha: {}, beta: {} }\n").start();
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (piece: Buffer) => (body += piece.toString("utf8")));
      request.on("end", () => {
        tries.push({ path: request.url!, headers: request.headers, body });
        response.writeHead(statusOf(request.url!)).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.close();
    await grid.stop();
  });

  const arrived = async (path: string, type: string) =>
    eventually(`a message ${type} at ${path}`, async () => {
      const found = tries.filter((one) => one.path === path && one.body.includes(type));
      return found.length > 0 ? found : undefined;
    });

  test("send each verdict once, signed, and try again after an error and after the sender is killed", async () => {
    const { secret, webhookId } = await grid.client.createWebhook({ url: `${url}/all`, project: "tests" });
    statusOf = () => (tries.length <= 1 ? 500 : 204);
    const jobId = await grid.submitOne('test: "true"');
    await eventually("the first try", async () => (tries.length > 0 ? true : undefined));
    await grid.killAndAwaitReturn("control");
    await eventually("the delivery", async () => {
      const { deliveries } = await grid.client.deliveries(webhookId);
      return deliveries.some(({ deliveredAt }) => deliveredAt !== null) ? true : undefined;
    });
    const sent = await arrived("/all", "job.finished");
    expect(new Set(sent.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    const { headers, body } = sent.at(-1)!;
    const message = new Webhook(secret!).verify(body, headers as Record<string, string>) as Message;
    expect(message).toMatchObject({ type: "job.finished", data: { jobId, verdict: "pass", project: "tests" } });
    expect(() =>
      new Webhook(secret!).verify(body.replace("pass", "fail"), headers as Record<string, string>),
    ).toThrow();
    const tables = await grid.query("select * from webhooks");
    expect(JSON.stringify(tables)).not.toContain(secret!.slice("whsec_".length));
  });

  test("send holds and releases in the format of a chat, and can be sent again by hand", async () => {
    const made = await runCommand(
      grid,
      "webhook",
      "create",
      `${url}/chat`,
      "--format",
      "slack",
      "--events",
      "job.held",
      "job.released",
      "--json",
    );
    const { webhookId } = JSON.parse(made.stdout) as { webhookId: string };
    await grid.client.pause({ scope: "grid", reason: "new switch" });
    const held = await grid.submitOne('test: "true"');
    const [first] = await arrived("/chat", held);
    expect(JSON.parse(first!.body)).toEqual({
      text: expect.stringMatching(/^tests: only is held: the grid is paused/),
    });
    await grid.client.resume({ scope: "grid", reason: "it is there" });
    await grid.finished(held);
    await arrived("/chat", "is no longer held");
    const { deliveryId } = await eventually("a delivery that has arrived", async () =>
      (await grid.client.deliveries(webhookId)).deliveries.find(({ deliveredAt }) => deliveredAt !== null),
    );
    const triesOfIt = () => tries.filter(({ headers }) => headers["webhook-id"] === deliveryId).length;
    const before = triesOfIt();
    expect((await runCommand(grid, "webhook", "resend", webhookId, deliveryId)).code).toBe(0);
    await eventually("the message again", async () => (triesOfIt() > before ? true : undefined));
    expect((await runCommand(grid, "webhook", "delete", webhookId)).code).toBe(0);
    expect((await runCommand(grid, "webhook", "list")).stdout).not.toContain("/chat");
  });

  test.each([
    ["github", "/repos/acme/shop/statuses/", "authorization", "Bearer of-the-forge", ["pending", "failure", "failure"]],
    ["gitlab", "/projects/7/statuses/", "private-token", "of-the-forge", ["pending", "failed", "failed"]],
    ["gitea", "/repos/acme/shop/statuses/", "authorization", "token of-the-forge", ["pending", "failure", "failure"]],
    [
      "github-checks",
      "/repos/acme/shop/check-runs",
      "authorization",
      "Bearer of-the-forge",
      ["", "failure", "failure"],
    ],
  ] as const)("set the status of a commit in the format of %s", async (format, path, header, token, states) => {
    const repository = new GitRepository({
      "holdfast.yaml": `owner: dev@example.org\nproject: ${format}\ntests:\n  good: { test: "true" }\n  bad: { test: "false" }\n`,
    });
    const commit = repository.git("rev-parse", "HEAD");
    const address = `${url}${path.replace(/\/(?:statuses|check-runs).*/, "")}`;
    await expect(grid.client.createWebhook({ url: address, format })).rejects.toMatchObject({ status: 422 });
    const { webhookId, secret } = await grid.client.createWebhook({ url: address, format, token: "of-the-forge" });
    expect(secret).toBeNull();
    const source = { kind: "git", url: repository.url } as const;
    await grid.client.submit({ source, owner: "dev@example.org", project: format }, randomUUID());
    const about = format === "github-checks" ? commit : `${path}${commit}`;
    const statuses = () =>
      tries
        .filter((one) => one.path.startsWith(path) && `${one.path}${one.body}`.includes(about))
        .filter(({ headers }) => headers[header] === token)
        .map(({ body }) => JSON.parse(body) as { state?: string; conclusion?: string });
    await eventually("the last status", async () =>
      JSON.stringify(statuses().at(-1) ?? {}).includes("1 passed, 1 failed") ? true : undefined,
    );
    // A status may be left out if a later one replaces it, but none may come after a later one.
    await sleep(3_000);
    const found = statuses().map((body) => body.state ?? body.conclusion ?? "");
    expect(found.at(-1)).toBe(states.at(-1));
    expect(states.join()).toContain(found.join());
    expect(JSON.stringify(statuses().at(-1))).toContain(`holdfast/${format}`);
    expect(JSON.stringify(await grid.query("select * from webhooks"))).not.toContain("of-the-forge");
    // A rerun of the test that passed does not hide the one that failed.
    const { jobs } = await grid.client.jobs({ project: format, test: "good" });
    const before = statuses().length;
    await grid.finished((await grid.client.rerun(jobs[0]!.jobId, randomUUID())).jobId);
    await sleep(3_000);
    for (const { state, conclusion } of statuses().slice(before)) expect(state ?? conclusion).toBe(states.at(-1));
    await grid.client.deleteWebhook(webhookId);
    repository.remove();
  });

  test("refuse addresses with a password, and other protocols", async () => {
    for (const wrong of ["http://ann:secret@127.0.0.1/", "file:///etc/passwd", "nonsense"])
      await expect(grid.client.createWebhook({ url: wrong })).rejects.toMatchObject({ status: 422 });
  });
});
