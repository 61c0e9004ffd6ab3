import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { discover } from "../../analysis/discover.js";

test("a text that is added to itself is not known, instead of very many texts", async () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-growing-"));
  try {
    writeFileSync(
      join(folder, "a.test.ts"),
      `/** @requires package:{name} */
function need(name: string): void {}
need(["a", "b"].reduce((all, each) => all + each, "x"));
`,
    );
    const { requirements, notUnderstood } = await discover(folder, { code: null, command: "node a.test.ts", path: "" });
    expect(requirements.length).toBeLessThan(5);
    expect(notUnderstood).toEqual([expect.objectContaining({ file: "a.test.ts" })]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
