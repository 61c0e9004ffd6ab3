import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { SpaceReserve } from "../../grid/space-reserve.js";

const isRoot = process.getuid?.() === 0;
let disk: string;
beforeEach(() => {
  disk = mkdtempSync(join(tmpdir(), "holdfast-disk-"));
  if (isRoot) execFileSync("mount", ["-t", "tmpfs", "-o", "size=600m", "reserve", disk]);
});
afterEach(() => {
  if (isRoot) execFileSync("umount", [disk]);
  rmSync(disk, { recursive: true });
});

// Only root can mount a small disk for the test.
(isRoot ? test : test.skip)("the reserve is removed when the disk is full, and comes back when there is space", () => {
  const said: string[] = [];
  const reserve = new SpaceReserve(disk, (line) => said.push(line));
  const [file, filler] = [join(disk, "reserve"), join(disk, "filler")];
  reserve.look();
  expect(existsSync(file)).toBe(true);
  expect(said).toEqual([]);
  expect(() => writeFileSync(filler, Buffer.alloc(600 * 2 ** 20))).toThrow(/ENOSPC/);
  reserve.look();
  expect(existsSync(file)).toBe(false);
  expect(said).toEqual([expect.stringMatching(/is full; its reserve of 64 MiB is in use now/)]);
  writeFileSync(join(disk, "the grid goes on"), Buffer.alloc(2 ** 20));
  reserve.look();
  expect(existsSync(file)).toBe(false);
  rmSync(filler);
  reserve.look();
  expect(existsSync(file)).toBe(true);
});

test("a missing folder is no error", () => {
  expect(() => new SpaceReserve(join(disk, "none"), () => undefined).look()).not.toThrow();
});
