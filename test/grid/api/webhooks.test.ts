import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Webhook } from "standardwebhooks";
import { eventually, runCommand, TestGrid } from "../../support/grid.js";

interface Message {
  type: string;
  text: string;
  data: Record<string, unknown>;
}

describe("webhooks", () => {
  let grid: TestGrid;
  let server: Server;
  let url = "";
  /** Every try, by the path that was called. */
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

  test("tell verdicts once, signed, and try again after an error and after the sender was killed", async () => {
    const { secret, webhookId } = await grid.client.createWebhook({ url: `${url}/all`, project: "tests" });
    statusOf = () => (tries.length < 1 ? 500 : 204);
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
    const message = new Webhook(secret).verify(body, headers as Record<string, string>) as Message;
    expect(message).toMatchObject({ type: "job.finished", data: { jobId, verdict: "pass", project: "tests" } });
    expect(() => new Webhook(secret).verify(body.replace("pass", "fail"), headers as Record<string, string>)).toThrow();
    const tables = await grid.query("select * from webhooks");
    expect(JSON.stringify(tables)).not.toContain(secret.slice("whsec_".length));
  });

  test("tell holds and releases in the form of a chat, and can be sent again by hand", async () => {
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

  test("refuse addresses with a password, and other protocols", async () => {
    for (const wrong of ["http://ann:secret@127.0.0.1/", "file:///etc/passwd", "nonsense"])
      await expect(grid.client.createWebhook({ url: wrong })).rejects.toMatchObject({ status: 422 });
  });
});
