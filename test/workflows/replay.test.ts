import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { Worker } from "@temporalio/worker";
import { packageRoot } from "../../grid/package-root.js";

const folder = join(packageRoot, "test/histories");
const histories = readdirSync(folder).filter((name) => name.endsWith(".json"));

/** Histories that earlier versions wrote must still replay, so that an upgrade strands no job. */
describe("recorded histories", () => {
  test("exist for each story", () => {
    expect(histories.length).toBeGreaterThanOrEqual(32);
  });

  test.each(histories)("%s replays", async (name) => {
    const history: unknown = JSON.parse(readFileSync(join(folder, name), "utf8"));
    const [workflow] = name.split("_");
    const workflowId = workflow === "healthMonitor" ? "grid/monitor" : `${workflow}/replayed`;
    await Worker.runReplayHistory(
      { workflowBundle: { codePath: join(packageRoot, "dist/workflows/bundle.cjs") } },
      history,
      workflowId,
    );
  });
});
