import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { NativeConnection, Worker } from "@temporalio/worker";
import nodemailer from "nodemailer";
import { createGridClient, type GridClient } from "../../../client/grid-client.js";
import { createRequests } from "../../../client/requests.js";
import { packFolder } from "../../../source/pack/pack.js";
import { machineQueue } from "../../../workflows/messages.js";
import { eventually } from "../../support/eventually.js";
import { TestGrid } from "../../support/grid.js";

const suite = 'owner: dev@example.org\nproject: shop\ntests:\n  one: { test: "true" }\n';

/** A process may end before its file is read. */
function tryRead(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** Sends requests until its input ends, and prints the time of the slowest answer, in ms. */
const honestClient = `
  let [slowest, count, isOver] = [0, 0, false];
  process.stdin.on("end", () => (isOver = true)).resume();
  while (!isOver) {
    const began = performance.now();
    const answer = await fetch(process.argv[1], { headers: { authorization: "Bearer " + process.argv[2] } });
    await answer.text();
    if (answer.status !== 200) process.exit(1);
    slowest = Math.max(slowest, performance.now() - began);
    count++;
  }
  console.log(JSON.stringify({ slowest, count }));
`;

/** Attacks that an ordinary submitter can make, and how the grid must respond. */
describe("a grid with malicious users", () => {
  let grid: TestGrid;
  let [ann, bob] = [
    { token: "", client: {} as GridClient },
    { token: "", client: {} as GridClient },
  ];
  beforeAll(async () => {
    grid = await new TestGrid("machines: { alpha: { slots: 2 }, beta: { slots: 2 } }\nlimits: { jobs: 500 }\n").start();
    const make = async (name: string) => {
      const { token } = await grid.client.createToken({ name, role: "submitter", address: `${name}@example.org` });
      const requests = createRequests(grid.endpoints.api, token, { timeoutMs: 120_000, patienceMs: 0 });
      return { token, client: createGridClient(requests) };
    };
    [ann, bob] = [await make("ann"), await make("bob")];
  });
  afterAll(() => grid.stop());

  const ask = (token: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(`${grid.endpoints.api}/api/v1${path}`, {
      method,
      headers: { "content-type": "application/json", authorization: `Bearer ${token}`, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const submitAs = async (who: { client: GridClient }, key: string, text = suite) => {
    const sourceHash = await who.client.upload(await packFolder(grid.source({ "holdfast.yaml": text })));
    return who.client.submit({ source: { kind: "upload", sourceHash } }, key);
  };

  test("a key belongs to its token, and to one request", async () => {
    const key = randomUUID();
    const first = await submitAs(ann, key);
    expect((await submitAs(ann, key)).submissionId).toBe(first.submissionId);
    expect((await submitAs(bob, key)).submissionId).not.toBe(first.submissionId);
    await expect(submitAs(ann, key, suite.replace("one", "two"))).rejects.toThrow(/used for another request/);
  });

  test("users change their own jobs and preferences only", async () => {
    const { jobs, submissionId } = await submitAs(ann, randomUUID(), suite.replace('"true"', "sleep 600"));
    const { jobId } = jobs[0]!;
    for (const path of ["cancel", "rerun", "skip-wait"])
      expect([path, (await ask(bob.token, "POST", `/jobs/${jobId}/${path}`, {})).status]).toEqual([path, 403]);
    expect((await ask(bob.token, "POST", `/submissions/${submissionId}/cancel`, {})).status).toBe(403);
    expect((await ask(bob.token, "PUT", "/preferences/ann@example.org", { when: "failures" })).status).toBe(403);
    expect((await ask(bob.token, "PUT", "/preferences/bob@example.org", { when: "failures" })).status).toBe(200);
    expect((await ask(ann.token, "POST", `/jobs/${jobId}/cancel`, {})).status).toBe(202);
    expect(await grid.finished(jobId)).toMatchObject({ verdict: "abort", abortReason: "cancelled" });
  });

  test("an agent's token gives access only to its own machine and its own leases, and only while they last", async () => {
    const { token } = await grid.client.createToken({ name: "b", role: "agent", machine: "beta" });
    const report = { agent: "x", facts: {}, leases: [] };
    expect((await ask(token, "POST", "/machines/alpha/reports", report)).status).toBe(403);
    const id = await grid.submitOne("test: sleep 600");
    await grid.jobIn(id, "running");
    const [lease] = await grid.query<{ lease: string; machine: string; fence: string }>(
      "select lease_id as lease, machine, fence from leases where job_id = $1 and released_at is null",
      [id],
    );
    const own = (await grid.client.createToken({ name: "o", role: "agent", machine: lease!.machine })).token;
    const other = (await grid.client.createToken({ name: "s", role: "agent", machine: "gamma" })).token;
    const log = `/leases/${lease!.lease}/log?attempt=1&offset=0`;
    expect((await ask(other, "POST", log, {})).status).toBe(403);
    // This token is for the right machine, but only the attempt's agent has the secret of the attempt.
    expect((await ask(own, "POST", log, {})).status).toBe(403);
    expect((await ask(own, "POST", log, {}, { "holdfast-attempt-secret": "guess" })).status).toBe(403);
    await grid.client.cancel(id, "the test");
    await grid.finished(id);
    expect((await ask(own, "POST", `/leases/${lease!.lease}/artifacts`, { attempt: 1, artifacts: [] })).status).toBe(
      409,
    );
    expect((await ask(own, "POST", `/leases/${lease!.lease}/test`, {})).status).toBe(409);
  });

  test("a report that the attempt's agent did not make is logged and ignored", async () => {
    const connection = await NativeConnection.connect(grid.temporalOptions());
    let forged = 0;
    const forge = await Worker.create({
      connection,
      namespace: grid.endpoints.temporal.namespace,
      taskQueue: machineQueue("alpha"),
      activities: {
        async runAttempt() {
          forged++;
          const now = new Date().toISOString();
          const times = { startedAt: now, testStartedAt: now, endedAt: now };
          const none = { failureIdentifier: null, failing: [], evidence: [], components: {} };
          return { outcome: "passed", phase: "test", exitCode: 0, seal: "made up", ...none, ...times };
        },
      },
    });
    const running = forge.run();
    try {
      // The forger and the real agents compete for these jobs. Only the results of the real agents count.
      const jobs = await Promise.all(Array.from({ length: 6 }, () => grid.submitOne("test: exit 3")));
      await eventually("a forged report", async () => (forged > 0 ? true : undefined));
      forge.shutdown();
      await running;
      for (const jobId of jobs) expect(await grid.finished(jobId)).toMatchObject({ verdict: "fail" });
      const { audit } = await grid.client.audit({ limit: "50" });
      expect(audit.filter(({ action }) => action === "ignored").length).toBeGreaterThan(0);
    } finally {
      await connection.close();
    }
  });

  test("a client without a certificate, token or password gets no access", async () => {
    const { temporal, inbox } = grid.endpoints;
    await expect(NativeConnection.connect({ address: temporal.address })).rejects.toThrow();
    for (const page of [temporal.ui!, inbox!, `${inbox!}/messages`]) {
      expect([page, (await fetch(page)).status]).toEqual([page, 401]);
      expect((await fetch(`${page}?token=wrong`)).status).toBe(401);
      const signedIn = await fetch(`${page}?token=${grid.token}`, { redirect: "manual" });
      const cookie = signedIn.headers.get("set-cookie")!.split(";")[0]!;
      expect(cookie).not.toContain(grid.token);
      expect((await fetch(page, { headers: { cookie } })).status).toBe(200);
    }
    const [{ smtp }] = [JSON.parse(readFileSync(join(grid.data, "ports.json"), "utf8")) as { smtp: number }];
    const stranger = nodemailer.createTransport({ host: "127.0.0.1", port: smtp, ignoreTLS: true });
    await expect(
      stranger.sendMail({ from: "a@b.c", to: "dev@example.org", subject: "FAIL of nothing", text: "." }),
    ).rejects.toThrow(/authentication/i);
  });

  const asRoot = process.getuid?.() === 0 ? test : test.skip;
  asRoot("Temporal listens in a network that no test reaches (needs root)", async () => {
    const servers = readdirSync("/proc").filter((pid) => {
      const command = /^\d+$/.test(pid) ? tryRead(`/proc/${pid}/cmdline`) : "";
      return command.includes("start-dev") && command.includes(grid.data) && !command.includes("unshare");
    });
    expect(servers.length).toBeGreaterThan(0);
    for (const pid of servers) expect(readlinkSync(`/proc/${pid}/ns/net`)).not.toBe(readlinkSync("/proc/self/ns/net"));
  });

  test("links in an upload reach nothing outside, and loops delay nobody", async () => {
    const folder = grid.source({ "holdfast.yaml": suite.replace('"true"', '"test -L a && test -L b"') });
    symlinkSync(".", join(folder, "a"));
    symlinkSync(".", join(folder, "b"));
    const sourceHash = await ann.client.upload(await packFolder(folder));
    const { jobs } = await ann.client.submit({ source: { kind: "upload", sourceHash } }, randomUUID());
    expect(await grid.finished(jobs[0]!.jobId)).toMatchObject({ verdict: "pass" });
  });

  test("hostile input is refused in time, and delays nobody", async () => {
    const hostile: Record<string, string> = {
      mistakes: `owner: a@b\ntests:\n${Array.from({ length: 45_000 }, (_, n) => `  "?${n}": 1`).join("\n")}\n`,
      nested: `owner: ${"[".repeat(200_000)}`,
      aliases: `a: &a [1]\n${Array.from({ length: 20 }, (_, n) => `${"bcdefghijklmnopqrstu"[n]}: &${"bcdefghijklmnopqrstu"[n]} [${Array(10).fill(`*${"abcdefghijklmnopqrst"[n]}`).join(",")}]`).join("\n")}\n`,
      variants: `owner: a@b.c\ntests:\n${Array.from({ length: 1_000 }, (_, n) => `  t${n}: { test: x, matrix: { a: ${JSON.stringify(Array.from({ length: 256 }, (_v, i) => i))} } }`).join("\n")}\n`,
    };
    // It runs in a process of its own, because this one is busy with the hostile input.
    const honest = spawn(
      process.execPath,
      ["--input-type=module", "-e", honestClient, `${grid.endpoints.api}/api/v1/queue`, bob.token],
      {
        stdio: ["pipe", "pipe", "inherit"],
      },
    );
    let told = "";
    honest.stdout.on("data", (piece: Buffer) => (told += piece.toString("utf8")));
    for (const text of Object.values(hostile)) {
      const outcome = await submitAs(ann, randomUUID(), text).then(
        () => "taken",
        (error: { status?: number }) => error.status,
      );
      expect(outcome).toBe(422);
    }
    const zeros = await fetch(`${grid.endpoints.api}/api/v1/sources`, {
      method: "PUT",
      headers: { authorization: `Bearer ${ann.token}` },
      body: gzipSync(Buffer.alloc(2 ** 29)),
    });
    expect([413, 422]).toContain(zeros.status);
    const announced = await fetch(`${grid.endpoints.api}/api/v1/sources`, {
      method: "PUT",
      headers: { authorization: `Bearer ${ann.token}` },
      body: Buffer.alloc(300 * 2 ** 20),
    }).then(
      ({ status }) => status,
      // The API refused the upload and closed the connection before all of it was sent.
      () => 413,
    );
    expect(announced).toBe(413);
    honest.stdin.end();
    await once(honest, "close");
    const { slowest, count } = JSON.parse(told) as { slowest: number; count: number };
    process.stderr.write(`slowest of ${count} honest requests: ${Math.round(slowest)} ms\n`);
    // An API that blocks while it reads the hostile input answers only a few requests.
    expect(count).toBeGreaterThan(100);
  });
});
