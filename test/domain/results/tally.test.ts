import { describe, expect, test } from "@jest/globals";
import { parseResultsSource } from "../../../domain/results/results-source.js";
import { countSubtests } from "../../../domain/results/tally.js";
import type { Subtest } from "../../../domain/verdict/attempt.js";

const same = (text: string) => text;
const subtest = (name: string, result: Subtest["result"], message = ""): Subtest => ({ name, result, message });

describe("counting subtests", () => {
  test("keeps failures first, and only counts what exceeds five hundred", () => {
    const counting = countSubtests(same);
    for (let n = 0; n < 2_000; n++) counting.add(subtest(`ok ${n}`, "passed"));
    counting.add(subtest("late", "error", "boom"), "2026-01-01T00:00:02.000Z");
    counting.add(subtest("later", "failed"), "2026-01-01T00:00:01.000Z");
    const { counts, subtests, failing, failedAt } = counting.end();
    expect(counts).toEqual({ passed: 2_000, failed: 1, error: 1, skipped: 0, todo: 0 });
    expect(subtests).toHaveLength(500);
    expect(subtests.slice(0, 2)).toEqual([subtest("late", "error", "boom"), subtest("later", "failed")]);
    expect(failing).toEqual(["late", "later"]);
    expect(failedAt).toBe("2026-01-01T00:00:01.000Z");
  });

  test("names the same ones of very many failures, in whatever order they come", () => {
    const names = Array.from({ length: 1_000 }, (_, n) => `test ${n}`);
    const failingOf = (order: string[]) => {
      const counting = countSubtests(same);
      for (const name of order) counting.add(subtest(name, "failed"));
      return counting.end().failing;
    };
    expect(failingOf(names)).toHaveLength(100);
    expect(failingOf([...names].reverse()).sort()).toEqual(failingOf(names).sort());
  });

  test("names each failing subtest once, and one without a name by its number", () => {
    const counting = countSubtests((text) => text.replaceAll("/work/x/", ""));
    for (const name of ["/work/x/a.ts", "/work/x/a.ts", " "])
      counting.add(subtest(name, "failed", "at /work/x/a.ts:3"));
    const { failing, subtests } = counting.end();
    expect(failing).toEqual(["a.ts", "subtest 3"]);
    expect(subtests[0]).toEqual(subtest("a.ts", "failed", "at a.ts:3"));
  });

  test.each(["x", "\u0001", "\u6f22", '"', "\ud83d\ude00", "\x1b[31m"])(
    "stays far below Temporal's size limit when a test prints nothing but %j",
    (text) => {
      const counting = countSubtests(same);
      const results = ["passed", "failed", "error", "skipped"] as const;
      for (let n = 0; n < 3_000; n++)
        counting.add({ name: `${n} ${text.repeat(3_000)}`, result: results[n % 4]!, message: text.repeat(5_000) });
      expect(Buffer.byteLength(JSON.stringify(counting.end()))).toBeLessThan(2 ** 20);
    },
  );
});

describe("where results are", () => {
  test.each([
    ["exit", { kind: "exit" }],
    ["tap", { kind: "tap", file: null }],
    ["tap:out/x.tap", { kind: "tap", file: "out/x.tap" }],
    ["junit:**/{a,b}.xml", { kind: "junit", files: "**/{a,b}.xml" }],
    ["junit", undefined],
    ["junit:", undefined],
    ["xunit:x", undefined],
    ["tap:/etc/passwd", undefined],
    ["junit:../x.xml", undefined],
    ["junit:a/../../x.xml", undefined],
    ["junit:{..,a}/x.xml", undefined],
  ])("%s", (text, source) => expect(parseResultsSource(text)).toEqual(source));
});
