import { spawnSync } from "node:child_process";
import { describe, expect, test } from "@jest/globals";

/** Each at its smallest size. What they measure here says nothing: the point is that they run. */
const benchmarks: [name: string, ...options: string[]][] = [
  ["throughput", "--jobs", "10"],
  ["latency"],
  ["alarm"],
  ["recovery", "--jobs", "20"],
  ["held", "--jobs", "20"],
  ["probing", "--services", "5"],
  ["quiet", "--minutes", "1"],
  ["watching", "--seconds", "3"],
  ["frozen", "--seconds", "5"],
];

/** @returns what it wrote as JSON lines. @throws with what it wrote to stderr */
function lines(script: string, options: string[]): Record<string, unknown>[] {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...options, "--json"], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${script} ${options.join(" ")} ended with ${status}\n${stderr}`);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("a benchmark runs", () => {
  test.each(benchmarks.map((each) => [each[0], each] as const))("%s", (_, [name, ...options]) => {
    const figures = lines("dist/bench/main.js", [name, ...options]);
    expect(figures.length).toBeGreaterThan(0);
    for (const figure of figures) expect(figure).toMatchObject({ value: expect.any(Number), unit: expect.any(String) });
  });
});

test("the fault suite runs, and finds no harm", () => {
  const [, ...rounds] = lines("dist/bench/chaos/main.js", ["--jobs", "12", "--seed", "3"]);
  expect(rounds.length).toBeGreaterThan(0);
});
