import { spawnSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import { packageRoot } from "../../grid/package-root.js";

test("`holdfast analyse examples` shows why the bookshop is required, as the README says", () => {
  const { status, stdout } = spawnSync(process.execPath, ["cli/holdfast.mjs", "analyse", "examples"], {
    cwd: packageRoot,
    encoding: "utf8",
    timeout: 60_000,
  });
  expect(status).toBe(0);
  expect(stdout).toMatch(/passes-with-the-bookshop\n {2}service:bookshop \(discovered\)\n {4}→ /);
}, 90_000);
