import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { collectArtifacts } from "../../../../activities/agent/results/collect-artifacts.js";
import { SecretMask } from "../../../../activities/agent/attempt/secret-mask.js";
import type { RunContext } from "../../../../activities/agent/attempt/run-context.js";
import { retryUpload } from "../../../../activities/agent/attempt/upload.js";
import { type AgentApi, createAgentApi } from "../../../../client/agent-api.js";
import { createRequests } from "../../../../client/requests.js";
import { type ArtifactEntry, artifactLimits, chooseArtifacts } from "../../../../domain/results/artifact-limits.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-artifacts-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const runContext = () =>
  ({
    mask: new SecretMask({}),
    plan: { artifacts: { globs: ["*.txt"], limitBytes: 1_000, limitCount: 10 } },
    input: { attempt: 1, lease: { leaseId: "lease" } },
    workspace: { source: folder, realSource: folder },
    stop: new AbortController().signal,
  }) as RunContext;
const api = (more: Partial<AgentApi>) => ({
  ...createAgentApi(createRequests("http://127.0.0.1:1", "", { timeoutMs: 1, patienceMs: 0 })),
  ...more,
});

describe("collecting artifacts", () => {
  test("uploads the declared files, and adds no evidence if all goes well", async () => {
    writeFileSync(join(folder, "a.txt"), "kept");
    writeFileSync(join(folder, "empty.txt"), "");
    const [declared, taken]: [ArtifactEntry[], string[]] = [[], []];
    const lines = await collectArtifacts(
      runContext(),
      api({
        declareArtifacts: async (_lease, _attempt, entries) => void declared.push(...entries),
        appendArtifact: async (_lease, { number, offset }, content) =>
          void taken.push(`${number}@${offset}: ${content.toString()}`),
      }),
      "test",
    );
    expect(lines).toEqual([]);
    expect(declared.map(({ path, bytes }) => [path, bytes])).toEqual([
      ["a.txt", 4],
      ["empty.txt", 0],
    ]);
    expect(taken).toEqual(["0@0: kept"]);
  });

  test("reports files that the grid refuses as unknown, and changes nothing else", async () => {
    writeFileSync(join(folder, "a.txt"), "kept");
    const refused = async () => {
      throw Object.assign(new Error("refused"), { status: 422 });
    };
    for (const refusing of [
      { declareArtifacts: refused },
      { declareArtifacts: async () => undefined, appendArtifact: refused },
    ])
      expect(await collectArtifacts(runContext(), api(refusing), "test")).toMatchObject([
        { check: "artifacts", result: "unknown", detail: expect.stringContaining("a.txt") },
      ]);
  });

  test("collects nothing from an attempt that never reached its build or test", async () => {
    writeFileSync(join(folder, "a.txt"), "from the source");
    expect(await collectArtifacts(runContext(), api({}), "prepare")).toEqual([]);
  });

  test("retries while the API is away, but not after a refusal", async () => {
    let tries = 0;
    const away = async () => {
      if (++tries < 3) throw new Error("away");
    };
    expect(await retryUpload(away, 10_000)).toBe(true);
    expect(tries).toBe(3);
    const refusing = async () => {
      tries++;
      throw Object.assign(new Error(), { status: 409 });
    };
    expect(await retryUpload(refusing, 10_000)).toBe(false);
    expect(tries).toBe(4);
    expect(await retryUpload(() => Promise.reject(new Error("away")), -1)).toBe(false);
  });
});

test("a file that does not fit is left out with the reason; later files may still fit", () => {
  const files = [
    { path: "a", bytes: 6 },
    { path: "b", bytes: 6 },
    { path: "c", bytes: 4 },
    { path: "d", bytes: 0 },
  ];
  const { entries, leftOut } = chooseArtifacts(files, { limitBytes: 10, limitCount: 2 });
  expect(entries.map(({ path, leftOut: why }) => [path, why])).toEqual([
    ["a", null],
    ["b", "more than 10 bytes in all"],
    ["c", null],
    ["d", "more than 2 files"],
  ]);
  expect(leftOut).toBe(2);
  const many = Array.from({ length: 300 }, (_, n) => ({ path: `${n}`, bytes: 1 }));
  const chosen = chooseArtifacts(many, { limitBytes: 100, limitCount: 10 });
  expect([chosen.entries.length, chosen.leftOut]).toEqual([60, 290]);
  expect(chooseArtifacts([{ path: "x".repeat(2_000), bytes: 1 }], artifactLimits({})).entries[0]!.leftOut).toBe(
    "its name cannot be kept",
  );
});
