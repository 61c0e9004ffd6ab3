import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { pino } from "pino";
import { AdminWebhook } from "../../../workers/control/loops/admin-webhook.js";
import { TestDatabase } from "../../support/database.js";

describe("the alarm", () => {
  const postgres = new TestDatabase();
  const heard: string[] = [];
  let answer: (response: ServerResponse) => void;
  let server: Server;
  beforeAll(async () => {
    await postgres.start();
    server = createServer((request, response) => {
      heard.push(`${request.method} ${request.url}`);
      request.resume().on("end", () => answer(response));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    await postgres.stop();
    await new Promise((resolve) => server.close(resolve));
  });
  beforeEach(async () => {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await postgres.reset({ alarm: { webhook: `${address}/hook`, "dead-man": `${address}/ping`, every: "1ms" } });
    heard.length = 0;
    answer = (response) => void response.end();
  });
  const pass = () => new AdminWebhook(postgres.database, pino({ level: "silent" })).run();
  const goDown = (service: string) =>
    postgres.query(
      "insert into outages (outage_id, service, kind, started_at, detail) values ($1, $1, 'unplanned', now(), 'hangs')",
      [service],
    );

  test("is repeated if its sender may have died before the alarm arrived", async () => {
    await goDown("grid/relay");
    answer = (response) => void response.destroy();
    await pass();
    answer = (response) => void response.end();
    await pass();
    await pass();
    expect(heard).toEqual(["POST /hook", "POST /hook"]);
  });

  test("is raised once, although several workers check", async () => {
    await goDown("grid/relay");
    const waiting = new Promise<ServerResponse>((resolve) => (answer = resolve));
    const first = pass();
    const response = await waiting;
    await pass();
    response.end();
    await first;
    expect(heard).toEqual(["POST /hook"]);
  });

  test.each<[string, () => Promise<unknown>, string[]]>([
    ["continues while a service is down", () => goDown("nfs"), ["GET /ping"]],
    ["stops while Temporal is down", () => goDown("grid/temporal"), []],
    [
      "stops while nobody watches the services",
      () =>
        postgres.query(
          "insert into services (service, definition, since, own, last_probe_at) values ('grid/control', '{}', now(), true, now() - interval '2 minutes')",
        ),
      [],
    ],
  ])("its dead man's ping %s", async (_title, trouble, expected) => {
    await trouble();
    await pass();
    expect(heard).toEqual(expected);
  });
});
