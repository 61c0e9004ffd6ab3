import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { Worker } from "@temporalio/worker";
import { packageRoot } from "../../grid/package-root.js";

const folder = join(packageRoot, "test/histories");
const histories = readdirSync(folder).filter((name) => name.endsWith(".json"));

/** The proof that an upgrade strands no job: what earlier versions wrote still replays. */
describe("recorded histories", () => {
  test("are there for each story", () => {
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
