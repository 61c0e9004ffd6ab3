import { appendFileSync, closeSync, mkdtempSync, openSync, rmSync, statSync, truncateSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { rotate } from "../../grid/logs.js";

test("a log that has grown too large starts again, and its writer continues", () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-logs-"));
  const file = join(folder, "api.log");
  const writer = openSync(file, "a");
  writeSync(writer, "first\n");
  rotate(file);
  expect(statSync(file).size).toBe(6);
  truncateSync(file, 65 * 2 ** 20);
  appendFileSync(file, "last\n");
  rotate(file);
  writeSync(writer, "next\n");
  closeSync(writer);
  expect(statSync(file).size).toBe(5);
  expect(statSync(`${file}.1`).size).toBeGreaterThan(64 * 2 ** 20);
  rotate(join(folder, "nothing.log"));
  rmSync(folder, { recursive: true });
});
