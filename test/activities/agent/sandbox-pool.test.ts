import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { SandboxPool } from "../../../activities/agent/sandbox/sandbox-pool.js";
import { SandboxError } from "../../../activities/agent/sandbox/namespace-holder.js";

const data = mkdtempSync(join(tmpdir(), "holdfast-confinement-"));
const folder = join(data, "agents/alpha");
const isRoot = process.getuid?.() === 0;

afterAll(() => rmSync(data, { recursive: true, force: true }));

(isRoot ? test : test.skip)(
  "an agent that is root and cannot confine tests runs none (needs root)",
  async () => {
    const without = { library: [], path: join(data, "no-programs") };
    for (const name of ["work", "sources"]) mkdirSync(join(folder, name), { recursive: true });
    const confinement = await SandboxPool.survey({ data, folder, work: join(folder, "work"), tools: without });
    expect(confinement.facts(true)).toMatchObject({
      confinement: "broken",
      unconfined: expect.stringContaining("no "),
    });
    await expect(confinement.takeSandbox("lease", true)).rejects.toThrow(SandboxError);

    // The admin may decide otherwise: `confine: false`.
    expect(confinement.facts(false)).toMatchObject({ confinement: "off" });
    await expect(confinement.takeSandbox("lease", false)).resolves.toBeDefined();
    await confinement.close();
  },
  60_000,
);
