import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { checkPacked } from "../../source/pack/packed.js";
import { packFolder } from "../../source/pack/pack.js";

test("the same files give the same hash, whenever and wherever they were written", async () => {
  const hashes = await Promise.all(
    [1_000, 2_000].map(async (time) => {
      const folder = mkdtempSync(join(tmpdir(), "holdfast-pack-"));
      writeFileSync(join(folder, "holdfast.yaml"), "owner: a@b\n");
      utimesSync(join(folder, "holdfast.yaml"), time, time);
      const { sourceHash } = await checkPacked(await packFolder(folder), 1e6);
      rmSync(folder, { recursive: true });
      return sourceHash;
    }),
  );
  expect(hashes[0]).toBe(hashes[1]);
});
