import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.js";
import { runCommand, TestGrid } from "../../support/grid.js";

const gridFile = (policy: string) => `machines: { alpha: {} }\nanalysis: { unread: ${policy}, open: ${policy} }\n`;

describe("a test whose code could not be read completely", () => {
  let grid: TestGrid;
  beforeAll(async () => {
    grid = await new TestGrid(gridFile("hold")).start();
  });
  afterAll(() => grid.stop());

  test("is held if grid.yaml says so, runs when that changes, and is reported at submission", async () => {
    const folder = grid.source({
      "open.mjs": "const name = process.argv[2] ?? './other.mjs';\nawait import(name);\n",
      "other.mjs": "",
      "plain.mjs": "",
      "holdfast.yaml": `owner: dev@example.org
project: tests
tests:
  unread: { test: make check || true }
  open: { test: node open.mjs }
  plain: { test: node plain.mjs }
`,
    });
    // The command waits only a short time for the analysis.
    const { stdout } = await eventually("the warning", async () => {
      const ended = await runCommand(grid, "submit", folder, "--json");
      return ended.stderr.includes('unread: nothing read: the command "make check') ? ended : undefined;
    });
    const { submissionId } = JSON.parse(stdout) as { submissionId: string };
    const { jobs } = await grid.client.submission(submissionId);
    const idOf = (name: string) => jobs.find((job) => job.test === name)!.jobId;
    expect(await grid.finished(idOf("plain"))).toMatchObject({ verdict: "pass" });
    for (const name of ["unread", "open"]) {
      const { holds } = await grid.jobIn(idOf(name), "held");
      expect(holds).toMatchObject([{ reason: "admin/code-gap", until: null }]);
      const { reasons } = await grid.client.why(idOf(name));
      expect(reasons.join()).toContain(`analysis.${name} in grid.yaml`);
    }
    expect((await grid.client.submission(submissionId)).warnings).toMatchObject([{ test: "unread" }]);
    writeFileSync(grid.gridFile, gridFile("warn"));
    expect((await runCommand(grid, "apply", grid.gridFile)).code).toBe(0);
    for (const name of ["unread", "open"]) expect(await grid.finished(idOf(name))).toMatchObject({ verdict: "pass" });
  });
});
