import { describe, expect, test } from "@jest/globals";
import { freePort } from "../../../grid/ports.js";
import { TestGrid } from "../../support/grid.js";

const suiteOf = (tests: string) => `owner: dev@example.org\nproject: borders\ntests:\n  ${tests}\n`;

describe("tests that conflict on one host", () => {
  test("pass alone: the verdict names the conflict once, and they no longer run together", async () => {
    const grid = await new TestGrid(
      "machines: { alpha: { host: rack, slots: 2 }, beta: { host: rack, slots: 2 } }\nverdict: { back-off: 500ms }\n",
    ).start();
    try {
      const bind = `node -e "const s=require('node:net').createServer();s.on('error',()=>process.exit(1));s.listen(${await freePort()},'127.0.0.1',()=>setTimeout(()=>process.exit(0),1500))"`;
      const files = {
        "holdfast.yaml": suiteOf(`binds: { test: ${JSON.stringify(bind)}, matrix: { n: [1, 2, 3, 4] } }`),
      };
      const { jobs } = await grid.submit(files);
      const ended = await Promise.all(jobs.map(({ jobId }) => grid.finished(jobId)));
      expect(ended.map(({ verdict }) => verdict)).toEqual(["pass", "pass", "pass", "pass"]);
      const conflicts = ended.flatMap(({ evidence }) => evidence.filter(({ check }) => check === "conflict"));
      expect(conflicts.length).toBeGreaterThan(0);
      expect(conflicts[0]!.detail).toMatch(/^conflicts with binds on the same host/);
      const again = await grid.submit(files);
      const kept = await Promise.all(again.jobs.map(({ jobId }) => grid.finished(jobId)));
      expect(kept.map(({ verdict, attempts }) => [verdict, attempts.length])).toEqual(
        Array.from({ length: 4 }, () => ["pass", 1]),
      );
    } finally {
      await grid.stop();
    }
  });
});
