import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.js";
import { runCommand, TestGrid } from "../../support/grid.js";
import { serviceIs } from "../../support/service-state.js";
import { TcpService } from "../../support/tcp-service.js";
import { nightlyScheduleId } from "../../../workflows/messages.js";

const second = 1_000;

describe("notices, and changes of grid.yaml", () => {
  const nfs = new TcpService();
  const told: string[] = [];
  let webhook: Server;
  let grid: TestGrid;
  const gridFile = (more = "") => {
    const alarms = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}`;
    return `services:
  nfs: { probe: { tcp: "127.0.0.1:${nfs.port}" }, every: 500ms, down: 2, up: 1, timeout: 5s }
${more}machines: { alpha: {}, beta: {} }
admins: [admin@example.org]
mail: { gather: 500ms, calm: 1s }
levels: { at-least: 1 }
alarm: { webhook: "${alarms}/hook", dead-man: "${alarms}/ping", every: 1s }
`;
  };

  beforeAll(async () => {
    await nfs.start();
    webhook = createServer((request, response) => {
      let body = "";
      request.on("data", (piece: Buffer) => (body += piece.toString("utf8")));
      request.on("end", () => {
        told.push(`${request.method} ${request.url} ${body}`);
        response.end();
      });
    });
    await new Promise<void>((resolve) => webhook.listen(0, "127.0.0.1", resolve));
    grid = await new TestGrid(gridFile()).start();
    await serviceIs(grid, "nfs", "up");
  });
  afterAll(async () => {
    await grid.stop();
    await nfs.stop();
    webhook.close();
  });

  const serviceNamed = async (name: string) =>
    (await grid.client.grid()).services.find((service) => service.name === name);
  const mails = async (about: RegExp) => (await grid.mails()).filter(({ subject }) => about.test(subject));

  test("an owner who asked for it gets one notice about a job that is held for long", async () => {
    await nfs.stop();
    await serviceIs(grid, "nfs", "down");
    const { submissionId, jobs } = await grid.submit(
      {
        "holdfast.yaml": `owner: dev@example.org\nproject: patient\ntests:\n  one: { test: "true", require: [service:nfs] }\n`,
      },
      { noticeAfter: "1s" },
    );
    const [mail] = await eventually("the notice", async () => {
      const found = await mails(/^HELD 1 job of patient/);
      return found.length > 0 ? found : undefined;
    });
    expect(mail).toMatchObject({ to: ["dev@example.org"], text: expect.stringContaining(submissionId) });
    expect(mail!.text).toContain("service nfs is down since");
    await nfs.start();
    await grid.finished(jobs[0]!.jobId);
    expect(await mails(/^HELD/)).toHaveLength(1);
  });

  test("a change of grid.yaml takes effect; a mistake is refused with its place, and nothing changes", async () => {
    writeFileSync(grid.gridFile, gridFile("  moon: { probe: { tcp: 17 } }\n"));
    await eventually("the mistake to be reported", async () =>
      /grid.yaml:\d+:\d+: .*moon/.test(grid.stderr) ? true : undefined,
    );
    expect(await serviceNamed("moon")).toBeUndefined();
    writeFileSync(
      grid.gridFile,
      gridFile(`  moon: { probe: { script: "true" }, every: 500ms }\n`).replace("beta: {}", "beta: {}, gamma: {}"),
    );
    await serviceIs(grid, "moon", "up");
    await eventually("the new machine", async () =>
      (await grid.client.grid()).machines.some(({ name, online }) => name === "gamma" && online) ? true : undefined,
    );
    const other = join(grid.folder, "other.yaml");
    writeFileSync(other, gridFile(`  moon: { probe: { script: "true" }, every: 500ms, runbook: "https://moon" }\n`));
    expect((await runCommand(grid, "apply", other, "--dry-run")).stdout).toBe(
      "would change:\n  machine gamma removed\n  service moon changed\n",
    );
    expect((await runCommand(grid, "apply", other)).code).toBe(0);
    await eventually("gamma to be gone", async () =>
      (await grid.client.grid()).machines.some(({ name }) => name === "gamma") ? undefined : true,
    );
    writeFileSync(other, "services: { nfs: { probe: { tcp: 17 } } }\n");
    const refused = await runCommand(grid, "apply", other);
    expect([refused.code, refused.stderr]).toEqual([64, expect.stringMatching(/other.yaml:1:\d+: services.nfs.probe/)]);
    const { stdout: log } = await runCommand(grid, "grid", "--log");
    expect(log).toMatch(/apply .*machine gamma added, service moon added/);
    expect(log).toMatch(/apply .*machine gamma removed, service moon changed/);
  });

  test("while the mail relay is down, a webhook gets the outages, and the dead man's ping stops", async () => {
    await eventually("a ping", async () => (told.some((line) => line.startsWith("GET /ping")) ? true : undefined));
    grid.kill("inbox", "SIGSTOP");
    await grid.query(
      "insert into outages (outage_id, service, kind, started_at, detail) values ('relay', 'grid/relay', 'unplanned', now(), 'does not answer')",
    );
    try {
      await eventually("the webhook", async () =>
        told.some((line) => line.startsWith("POST /hook") && line.includes("grid/relay since")) ? true : undefined,
      );
      const pings = told.filter((line) => line.startsWith("GET /ping")).length;
      await new Promise((resolve) => setTimeout(resolve, 6 * second));
      expect(told.filter((line) => line.startsWith("GET /ping")).length).toBeLessThanOrEqual(pings + 1);
      expect(told.filter((line) => line.startsWith("POST /hook"))).toHaveLength(1);
    } finally {
      await grid.query("update outages set ended_at = now() where outage_id = 'relay'");
      grid.kill("inbox", "SIGCONT");
    }
  });

  test("admins get a notice when infrastructure loses more attempts than the grid's service level allows", async () => {
    const jobId = await grid.submitOne('test: "true"\nprepare: exit 1');
    await grid.jobIn(jobId, "held");
    await grid.query("update grid set share_looked_at = null");
    const [mail] = await eventually("the alarm", async () => {
      const found = await mails(/^SERVICE LEVEL /);
      return found.length > 0 ? found : undefined;
    });
    expect(mail!.subject).toMatch(/^SERVICE LEVEL \d+\.\d % of attempts lost to infrastructure, target 5\.0 %/);
    expect(mail!.text).toMatch(/infra\/prepare-error +\d+ attempts?, \d+\.\d %/);
    // Admins get this notice once a day, however often the problem is found.
    await grid.query("update grid set share_looked_at = null");
    await grid.client.cancel(jobId, "the test");
    await grid.finished(jobId);
    expect(await mails(/^SERVICE LEVEL /)).toHaveLength(1);
  });

  test("once a week admins get the downtime report", async () => {
    await grid.query("update grid set reported_until = now() - interval '7 days'");
    await grid.temporal((client) => client.schedule.getHandle(nightlyScheduleId).trigger());
    const [mail] = await eventually("the weekly mail", async () => {
      const found = await mails(/^DOWNTIME /);
      return found.length > 0 ? found : undefined;
    });
    expect(mail!.text).toMatch(/What to fix first/);
    await grid.temporal((client) => client.schedule.getHandle(nightlyScheduleId).trigger());
    expect(await grid.finished(await grid.submitOne('test: "true"'))).toMatchObject({ verdict: "pass" });
    expect(await mails(/^DOWNTIME /)).toHaveLength(1);
    expect(await (await grid.fetch(`${grid.endpoints.api}/downtime`)).text()).toContain("What to fix first");
  });
});
