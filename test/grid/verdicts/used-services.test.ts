import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { runCommand, TestGrid } from "../../support/grid.js";
import { TcpService } from "../../support/tcp-service.js";

const isComplete = process.getuid?.() === 0 && spawnSync("nft", ["--version"]).status === 0;

/** A service that a test uses, although it is neither declared nor found in the code. */
describe("services that a test uses", () => {
  let grid: TestGrid;
  const [shop, depot] = [new TcpService(), new TcpService()];
  beforeAll(async () => {
    await Promise.all([shop.start(), depot.start()]);
    grid = await new TestGrid(`machines: { alpha: { slots: 2 } }
services:
  shop: { probe: { tcp: "127.0.0.1:${shop.port}" }, every: 200ms, down: 1, up: 1 }
  depot: { probe: { tcp: "127.0.0.1:${depot.port}" }, every: 200ms, down: 1, up: 1 }
`).start();
  });
  afterAll(async () => {
    await grid.stop();
    await Promise.all([shop.stop(), depot.stop()]);
  });

  /** A test that computes the address, so the analysis does not find it. It stays connected for some time. */
  const asks = (code: string) => `import { connect } from "node:net";
const [host, port] = process.env[["HOLDFAST", "SERVICE", "SHOP"].reverse().reverse().join("_")].split(":");
connect(Number(port), host).on("error", () => process.exit(3)).on("connect", () => setTimeout(() => process.exit(${code}), 700));
`;
  const suite = (name: string) => `owner: dev@example.org
project: tests
tests:
  ${name}: { test: node asks.mjs }
`;

  test("are listed apart from those that it requires, with the line that declares them", async () => {
    const jobId = await grid.submitOne("test: node asks.mjs\nrequire: [service:shop]", {
      "asks.mjs": `// @requires service:depot\n${asks("0")}`,
    });
    expect((await grid.finished(jobId)).use).toMatchObject({ notRequired: [] });
    const { jobs } = await grid.submit({ "asks.mjs": asks("0"), "holdfast.yaml": suite("passes") });
    const { verdict, use } = await grid.finished(jobs[0]!.jobId);
    expect({ verdict, use }).toEqual({
      verdict: "pass",
      use: { notRequired: ["shop"], notUsed: [], others: [], isComplete, suggestion: "require: [service:shop]" },
    });
    const { stdout } = await runCommand(grid, "why", jobs[0]!.jobId);
    expect(stdout).toContain("neither declared nor found in the code: shop. To declare: require: [service:shop]");
  });

  test("are named in a failure mail, which then does not say that the environment was healthy", async () => {
    const { jobs } = await grid.submit({ "asks.mjs": asks("4"), "holdfast.yaml": suite("fails") });
    const { verdict, evidence } = await grid.finished(jobs[0]!.jobId);
    expect(verdict).toBe("fail");
    expect(evidence).toContainEqual(
      expect.objectContaining({
        check: "used service shop",
        result: "note",
        detail: expect.stringContaining("up since"),
      }),
    );
    const { text } = (await grid.mailsOf(jobs[0]!.jobId))[0]!;
    expect(text).not.toContain("in a healthy environment");
    expect(text).toContain("The test connected to service shop. It does not declare it");
    expect(text).toContain("require: [service:shop]");
  });

  (isComplete ? test : test.skip)("are noticed even if they refuse the connection", async () => {
    await shop.stop();
    try {
      const { jobs } = await grid.submit({ "asks.mjs": asks("0"), "holdfast.yaml": suite("refused") });
      expect(await grid.finished(jobs[0]!.jobId)).toMatchObject({ verdict: "fail" });
      const { text } = (await grid.mailsOf(jobs[0]!.jobId))[0]!;
      expect(text).toMatch(/The test connected to service shop.*it was down since/s);
    } finally {
      await shop.start();
    }
  });
});
