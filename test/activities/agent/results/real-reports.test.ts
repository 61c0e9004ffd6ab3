import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { openResults } from "../../../../activities/agent/results/open-results.js";
import { concludeTest } from "../../../../domain/results/conclusion.js";
import { settleReruns } from "../../../../domain/results/reruns.js";
import { packageRoot } from "../../../../grid/package-root.js";

const folder = join(packageRoot, "test/reports");

/** The expected reading of a report. Names and counts were checked by hand against the tools' own output. */
interface Expected {
  tool: string;
  /** Exit code of the tool that wrote the report. */
  exitCode: number;
  outcome: string;
  counts: Record<string, number>;
  failing: string[];
  flaky: string[];
  problem: string | null;
  skipReason: string | null;
}

const index = JSON.parse(readFileSync(join(folder, "index.json"), "utf8")) as Record<string, Expected>;

/** The reports are unchanged output of real tools. */
describe("a report that was written by", () => {
  test.each(Object.entries(index))("%s", async (path, { exitCode, tool: _tool, ...expected }) => {
    const root = mkdtempSync(join(tmpdir(), "holdfast-report-"));
    try {
      const isXml = path.endsWith(".xml");
      const reader = await openResults(
        isXml ? { kind: "junit", files: "*.xml" } : { kind: "tap", file: basename(path) },
        root,
      );
      copyFileSync(join(folder, path), join(root, basename(path)));
      const told = settleReruns((await reader.end())!, exitCode);
      const { outcome } = concludeTest({ exitCode, isTimedOut: false, how: `exit ${exitCode}` }, told, []);
      const { counts, failing, flaky, problem, skipReason } = told;
      expect({ outcome, counts, failing, flaky, problem, skipReason }).toEqual(expected);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
