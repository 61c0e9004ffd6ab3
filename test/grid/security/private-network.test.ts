import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { freePort } from "../../../grid/ports.js";
import { eventually } from "../../support/eventually.js";
import { TestGrid } from "../../support/grid.js";
import { processesSaying } from "../../support/processes.js";

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn("not run: a network of its own needs an agent that is root");

(isRoot ? describe : describe.skip)("a test with a network of its own", () => {
  let grid: TestGrid;
  let ledger: Server;
  let stranger: Server;
  let ledgerPort: number;
  let strangerPort: number;
  beforeAll(async () => {
    [ledgerPort, strangerPort] = [await freePort(), await freePort()];
    ledger = createServer((socket) => socket.on("error", () => undefined).end("the ledger's answer\n")).listen(
      ledgerPort,
      "127.0.0.1",
    );
    stranger = createServer((socket) => socket.end("a stranger's answer\n")).listen(strangerPort, "127.0.0.1");
    grid = await new TestGrid(`machines: { alpha: { slots: 3 } }
services:
  ledger: { probe: { tcp: "127.0.0.1:${ledgerPort}" }, every: 1s }
  records: { probe: { tcp: "localhost:${ledgerPort}" }, every: 1s }
verdict: { back-off: 500ms, back-off-max: 1s }
`).start();
  });
  afterAll(async () => {
    await grid.stop();
    ledger.close();
    stranger.close();
  });

  const logOf = async (jobId: string) => (await grid.client.log(jobId, 1, 0)).toString();
  const ask = `const { connect } = require("node:net");
const [host, port] = process.argv[2].split(":");
connect({ host, port }).on("data", (data) => process.stdout.write(data)).on("error", (error) => console.log(error.code));
`;

  test("can bind the same port as another test at the same time", async () => {
    const bind = `require("node:net").createServer().listen(47113, "127.0.0.1", () => setTimeout(() => process.exit(0), 15_000));`;
    const { jobs } = await grid.submit({
      "bind.js": bind,
      "holdfast.yaml": `owner: dev@example.org
project: tests
tests:
  one: { test: node bind.js, network: private, matrix: { side: [left, right, middle] } }
`,
    });
    const ended = await Promise.all(jobs.map(({ jobId }) => grid.finished(jobId)));
    expect(ended.map(({ verdict, attempts }) => [verdict, attempts.length])).toEqual(
      Array.from({ length: 3 }, () => ["pass", 1]),
    );
    const runs = ended.flatMap(({ attempts }) => attempts);
    const started = runs.map(({ startedAt }) => Date.parse(startedAt));
    const finished = runs.map(({ endedAt }) => Date.parse(endedAt!));
    expect(Math.max(...started)).toBeLessThan(Math.min(...finished));
  });

  test("reaches the services that it requires, and nothing else", async () => {
    const jobId = await grid.submitOne(
      `require: [service:ledger, service:records]
network: private
test: node ask.js $HOLDFAST_SERVICE_LEDGER; node ask.js $HOLDFAST_SERVICE_RECORDS; node ask.js 127.0.0.1:${strangerPort}`,
      { "ask.js": ask },
    );
    expect(await grid.finished(jobId)).toMatchObject({ verdict: "pass" });
    const log = await logOf(jobId);
    expect(log.match(/the ledger's answer/g)).toHaveLength(2);
    expect(log).toContain("ECONNREFUSED");
    expect(log).not.toContain("a stranger's answer");
  });

  test("leaves no process and no network behind", async () => {
    const jobId = await grid.submitOne("network: private\ntest: (setsid sleep 787.5 &) ; true");
    expect(await grid.finished(jobId)).toMatchObject({ verdict: "pass" });
    expect(processesSaying("sleep 787.5")).toEqual([]);
    await eventually(
      "the network to be gone",
      async () => processesSaying("network-forwarder").length === 0 || undefined,
    );
  });
});
