import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AddressInfo, createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { setTimeout as sleep } from "node:timers/promises";
import type { Attempt } from "../../../domain/verdict/attempt.js";
import { eventually } from "../../support/eventually.js";
import { runCommand, TestGrid } from "../../support/grid.js";
import { TcpService } from "../../support/tcp-service.js";

/** Connects to the service ten times a second for three seconds, and fails as soon as that is refused. */
const client = `import { connect } from "node:net";
console.log("begun");
const [host, port] = process.env.HOLDFAST_SERVICE_NFS.split(":");
for (let times = 0; times < 30; times++) {
  await new Promise((resolve, reject) => connect(Number(port), host).on("error", reject).on("connect", function () { resolve(this.destroy()); }));
  await new Promise((resolve) => setTimeout(resolve, 100));
}
`;

describe("a grid whose environment is watched while tests run", () => {
  const nfs = new TcpService();
  let grid: TestGrid;
  let seats: string;
  beforeAll(async () => {
    await nfs.start();
    grid = new TestGrid("");
    seats = join(grid.folder, "seats");
    writeFileSync(seats, "");
    writeFileSync(
      grid.gridFile,
      `services:
  nfs: { probe: { tcp: "127.0.0.1:${nfs.port}" }, every: 500ms, down: 3, up: 1, timeout: 1s }
  licence: { probe: { script: "test -e ${seats}" }, every: 500ms, down: 100, up: 1, from: control }
  shelf: { probe: { tcp: "127.0.0.1:${nfs.port}" }, every: 500ms, down: 3, up: 1, timeout: 1s, rate: 0.5 }
machines: { alpha: {}, beta: {} }
verdict: { back-off: 500ms, back-off-max: 1s, grace: 500ms, quiet-trials: 1 }
`,
    );
    await grid.start();
    for (const name of ["nfs", "licence", "shelf"])
      await eventually(`${name} to be up`, async () =>
        (await grid.client.grid()).services.find((service) => service.name === name)?.state === "up" ? true : undefined,
      );
  });
  afterAll(async () => {
    await grid.stop();
    await nfs.stop();
  });

  /** The record of a job's first attempt, once it has been judged. */
  async function first(jobId: string): Promise<Attempt> {
    const judged = "select report from attempts where job_id = $1 and number = 1 and report is not null";
    return (await grid.untilFound<{ report: Attempt }>("its first attempt to be judged", judged, [jobId])).report;
  }
  const bad = ({ evidence }: Attempt) => evidence.filter(({ result }) => result === "bad").map(({ check }) => check);

  /** A job whose test is running, and its machine. */
  async function running(test: string, files = {}): Promise<{ jobId: string; machine: string }> {
    const jobId = await grid.submitOne(test, files);
    const { attempts } = await grid.jobIn(jobId, "running");
    // The job counts as running before its source is fetched and its environment is watched.
    await eventually("its test to begin", async () =>
      (await grid.client.log(jobId, 1, 0)).length > 0 ? true : undefined,
    );
    // The next event must happen in the middle of the test.
    await sleep(700);
    return { jobId, machine: attempts[0]!.machine };
  }

  test("a service that is away for a second causes no failure: the test runs again and passes", async () => {
    const { jobId, machine } = await running("test: node client.mjs\nrequire: [service:nfs]", { "client.mjs": client });
    await nfs.stop();
    await sleep(1_000);
    await nfs.start();
    const attempt = await first(jobId);
    expect(attempt).toMatchObject({
      outcome: "dirty",
      failureIdentifier: "infra/surroundings-unhealthy",
      disturbed: ["service:nfs"],
    });
    expect(bad(attempt)).toContain(`service nfs from ${machine}`);
    expect(await grid.finished(jobId)).toMatchObject({ verdict: "pass" });
    expect((await grid.mailsOf(jobId)).map(({ subject }) => subject)).toEqual([expect.stringMatching(/^PASS/)]);
  });

  test("a restart of a service within half a second is noticed", async () => {
    const { jobId, machine } = await running("test: echo begun; sleep 5; exit 1\nrequire: [service:nfs]");
    await nfs.stop();
    await sleep(400);
    await nfs.start();
    const attempt = await first(jobId);
    expect(attempt).toMatchObject({
      outcome: "dirty",
      explained: false,
      disturbed: expect.arrayContaining(["service:nfs"]),
    });
    expect(bad(attempt)).toContain(`service nfs from ${machine}`);
    await grid.client.cancel(jobId, "the test");
  });

  test("a service that goes down after the first failing subtest does not make the attempt dirty", async () => {
    const { jobId } = await running(
      "test: printf 'TAP version 13\\n1..2\\nnot ok 1 - sum\\n'; sleep 9; echo ok 2 - rest\nresults: tap\nrequire: [service:nfs]",
    );
    await sleep(3_500);
    await nfs.stop();
    await sleep(500);
    await nfs.start();
    const attempt = await first(jobId);
    expect(attempt).toMatchObject({ outcome: "candidate", failing: ["sum"] });
    expect(attempt.disturbed).toContain("service:nfs");
    expect(attempt.evidence).toContainEqual(
      expect.objectContaining({ result: "note", detail: expect.stringMatching(/^outside the time of proof/) }),
    );
    await grid.client.cancel(jobId, "the test");
  });

  test("one failed probe that only the control worker sees also makes the attempt dirty", async () => {
    const { jobId } = await running("test: echo begun; sleep 10; exit 1\nrequire: [service:licence]");
    rmSync(seats);
    await grid.untilFound(
      "a probe that fails",
      "select 1 from services where service = 'licence' and failures_in_row > 0",
    );
    writeFileSync(seats, "");
    const attempt = await first(jobId);
    expect(attempt).toMatchObject({ outcome: "dirty", disturbed: ["service:licence"] });
    expect(bad(attempt)).toEqual(["service licence"]);
    await grid.client.cancel(jobId, "the test");
  });

  test("an attempt whose agent was stopped proves nothing", async () => {
    const { jobId, machine } = await running("test: echo begun; sleep 5; exit 1");
    grid.kill(`agent-${machine}`, "SIGSTOP");
    await sleep(7_000);
    grid.kill(`agent-${machine}`, "SIGCONT");
    const attempt = await first(jobId);
    expect(attempt).toMatchObject({ outcome: "dirty", disturbed: [`machine:${machine}`] });
    expect(bad(attempt)).toEqual(["agent"]);
    await grid.client.cancel(jobId, "the test");
  });

  test("a failure in a healthy environment has a line for each check, the same in API, page, mail and `why`", async () => {
    const jobId = await grid.submitOne("test: sleep 1; exit 1\nrequire: [service:nfs, service:licence]");
    const { verdict, evidence, links } = await grid.finished(jobId);
    expect(verdict).toBe("fail");
    const good = evidence.filter(({ result }) => result === "good").map(({ check }) => check);
    for (const check of [
      "service nfs from alpha",
      "service nfs from beta",
      "service licence",
      "disk",
      "memory",
      "clock",
    ])
      expect(good).toContain(check);
    const { detail } = evidence.find(({ check }) => check === "service nfs from alpha")!;
    expect(detail).toMatch(/^healthy throughout: checked (twice|\d+ times) in/);
    const [mail] = await grid.mailsOf(jobId);
    const page = await (await grid.fetch(links.page)).text();
    const { stdout: said } = await runCommand(grid, "why", jobId);
    expect((await grid.client.why(jobId)).evidence).toEqual(evidence);
    for (const line of evidence) {
      expect(mail!.text).toContain(`${line.check}: ${line.detail}`);
      for (const text of [page, said]) expect(text).toContain(line.detail);
    }
    expect((await first(jobId)).clockErrorMs).toBeGreaterThan(0);
  });

  test("a service that goes down for good during a test counts as disturbed by the test", async () => {
    const { jobId } = await running("test: echo begun; sleep 60\nrequire: [service:nfs]");
    await nfs.stop();
    const attempt = await first(jobId);
    await nfs.start();
    expect(attempt).toMatchObject({
      outcome: "infrastructure",
      failureIdentifier: "infra/service-down",
      disturbed: ["service:nfs"],
    });
    await grid.client.cancel(jobId, "the test");
  });

  test("a service with a low rate limit is probed less often", async () => {
    const { watch } = await first(await grid.submitOne("test: sleep 5; exit 1\nrequire: [service:nfs, service:shelf]"));
    const looksAt = (name: string) => watch!.find(({ check }) => check.startsWith(`service ${name} `))!.looks;
    expect(looksAt("shelf")).toBeLessThan(looksAt("nfs"));
  });

  test("a quiet window in which the service breaks by itself proves nothing; a healthy one ends the job as undiagnosed", async () => {
    /** Each connection to it removes the seats until a probe has missed them. */
    const lever = createServer((socket) => {
      socket.on("error", () => undefined);
      const removedAt = new Date();
      rmSync(seats, { force: true });
      const failing = "select 1 from services where service = 'licence' and failures_in_row > 0 and last_probe_at > $1";
      void grid
        .untilFound("a probe that fails", failing, [removedAt])
        .catch(() => undefined)
        .finally(() => {
          writeFileSync(seats, "");
          socket.end();
        });
    });
    await new Promise<void>((resolve) => lever.listen(0, "127.0.0.1", resolve));
    const { port } = lever.address() as AddressInfo;
    // No source has passed under this name, so only quiet windows can be compared with it.
    const { jobs } = await grid.submit({
      "holdfast.yaml": `owner: dev@example.org
tests:
  greedy: { test: node greedy.mjs, require: [service:licence] }
`,
      "greedy.mjs": `import { connect } from "node:net";\nconnect(${port}, "127.0.0.1").resume().on("close", () => process.exit(1));\n`,
    });
    const { jobId } = jobs[0]!;
    const window = (number: number, condition: string) =>
      grid.untilFound(`quiet window ${number}`, `select 1 from jobs where job_id = $1 and ${condition}`, [
        `${jobId}.quiet.${number}`,
      ]);
    await window(1, "state = 'running'");
    rmSync(seats);
    await window(1, "verdict is not null");
    writeFileSync(seats, "");
    await window(2, "state = 'running'");
    const { verdict, abortReason, attempts } = await grid.finished(jobId);
    expect({ verdict, abortReason }).toEqual({ verdict: "abort", abortReason: "undiagnosed" });
    expect(attempts.filter(({ purpose }) => purpose === "quiet").map(({ outcome }) => outcome)).toEqual([
      "dirty",
      "passed",
    ]);
    lever.close();
  });

  test("an agent that dies during a test counts as disturbed by the test; a stop by an admin does not", async () => {
    const { jobId, machine } = await running("test: echo begun; sleep 60");
    await grid.killAndAwaitReturn(`agent-${machine}`);
    expect(await first(jobId)).toMatchObject({
      failureIdentifier: "infra/attempt-lost",
      disturbed: [`machine:${machine}`],
    });
    await grid.client.cancel(jobId, "the test");
    const stopped = await running("test: echo begun; sleep 60");
    await grid.client.pause({ scope: `job:${stopped.jobId}`, reason: "the test", by: "the test", now: true });
    expect(await first(stopped.jobId)).toMatchObject({ failureIdentifier: "admin/stopped", disturbed: [] });
    await grid.client.cancel(stopped.jobId, "the test");
  });
});
