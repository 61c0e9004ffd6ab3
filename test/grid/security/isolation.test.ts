import { createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { freePort } from "../../../grid/ports.js";
import { eventually } from "../../support/eventually.js";
import { TestGrid } from "../../support/grid.js";

/** A service that goes down for three seconds when a client sends "die". */
class FragileService {
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();
  port = 0;
  deaths = 0;

  async start(): Promise<void> {
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => undefined);
      socket.on("data", (data) => {
        if (data.toString().includes("die")) this.#die();
        else socket.end("well");
      });
    });
    this.port ||= await freePort();
    await new Promise<void>((resolve) => server.listen(this.port, "127.0.0.1", resolve));
    this.#server = server;
  }

  #die(): void {
    this.deaths++;
    this.stop();
    setTimeout(() => void this.start(), 3_000);
  }

  stop(): void {
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#server = undefined;
  }
}

const say = (port: number, word: string) =>
  `node -e 'const s=require("net").connect(${port},"127.0.0.1",()=>s.write("${word}"));s.on("error",()=>process.exit(1));s.on("data",()=>process.exit(0));s.on("close",()=>process.exit(1))'`;

describe("tests that break their environment", () => {
  const fragile = new FragileService();
  let grid: TestGrid;
  beforeAll(async () => {
    await fragile.start();
    grid = await new TestGrid(`services:
  fragile: { probe: { tcp: "127.0.0.1:${fragile.port}" }, every: 300ms, timeout: 300ms, down: 2, up: 1 }
machines: { alpha: { slots: 2 }, beta: { slots: 2 } }
verdict: { back-off: 500ms, back-off-max: 1s, grace: 500ms }
hold: { flapping: { count: 50 } }
`).start();
  });
  afterAll(async () => {
    await grid.stop();
    fragile.stop();
  });

  const submit = async (tests: Record<string, string>) =>
    (await grid.submit({ "holdfast.yaml": `owner: dev@example.org\ntests: ${JSON.stringify(suite(tests))}\n` })).jobs;
  const suite = (tests: Record<string, string>) =>
    Object.fromEntries(Object.entries(tests).map(([name, test]) => [name, { test, require: ["service:fragile"] }]));

  test("a test that breaks its service whenever it runs fails, and tests that run at the same time do not", async () => {
    const calm = say(fragile.port, "hello");
    const first = await submit({ killer: calm, bystander: calm, other: calm });
    for (const { jobId } of first) expect(await grid.finished(jobId)).toMatchObject({ verdict: "pass" });
    const slow = `sleep 2; ${calm}`;
    const jobs = await submit({ killer: `${say(fragile.port, "die")}; sleep 4; exit 1`, bystander: slow, other: slow });
    const ended = await Promise.all(jobs.map(({ jobId }) => grid.finished(jobId)));
    const killer = ended.find(({ test: name }) => name === "killer");
    const others = ended.filter(({ test: name }) => name !== "killer");
    expect(killer).toMatchObject({ verdict: "fail", blame: "code", failureIdentifier: "code/breaks-surroundings" });
    expect(killer!.attempts.filter(({ purpose }) => purpose === "isolation").length).toBeGreaterThanOrEqual(2);
    expect(killer!.attempts.filter(({ purpose }) => purpose === "control").length).toBeGreaterThanOrEqual(2);
    for (const job of others) expect(job).toMatchObject({ verdict: "pass" });
    // No other job used the service while the killer or its control ran alone.
    const trials = killer!.attempts.filter(({ purpose }) => purpose === "isolation" || purpose === "control");
    for (const { startedAt, endedAt } of others.flatMap(({ attempts }) => attempts))
      for (const trial of trials) expect(startedAt < trial.endedAt! && trial.startedAt < endedAt!).toBe(false);
  });

  test("no job that needs a service runs while a test breaks it on purpose", async () => {
    const { jobs } = await grid.submit({
      "holdfast.yaml": `owner: dev@example.org
tests:
  breaker: { test: sleep 1, require: [service:fragile], disturbs: [service:fragile], matrix: { n: [1, 2] } }
  user: { test: sleep 1, require: [service:fragile], matrix: { n: [1, 2, 3] } }
  free: { test: sleep 1 }
`,
    });
    const told = await eventually("a job to say what it waits for", async () => {
      const answers = await Promise.all(jobs.map(({ jobId }) => grid.client.why(jobId)));
      return answers.flatMap(({ reasons }) => reasons).find((text) => text.includes("alone with"));
    });
    expect(told).toContain("service:fragile");
    const ended = await Promise.all(jobs.map(({ jobId }) => grid.finished(jobId)));
    for (const job of ended) expect(job).toMatchObject({ verdict: "pass" });
    const runs = ended.flatMap(({ test: name, attempts }) =>
      name === "free" ? [] : attempts.map(({ startedAt, endedAt }) => ({ name, startedAt, endedAt: endedAt! })),
    );
    for (const breaker of runs.filter(({ name }) => name === "breaker"))
      for (const run of runs)
        if (run !== breaker) expect(run.startedAt < breaker.endedAt && breaker.startedAt < run.endedAt).toBe(false);
  });
});
