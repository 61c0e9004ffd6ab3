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
  ["analysis", "--tests", "20"],
  ["frozen", "--seconds", "5"],
  ["storm", "--minutes", "1"],
];

/** @returns what it wrote as JSON lines. @throws with what it wrote to stderr, if its exit code is another one than wanted */
function lines(script: string, options: string[], wanted = [0]): Record<string, unknown>[] {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...options, "--json"], { encoding: "utf8" });
  if (status === null || !wanted.includes(status))
    throw new Error(`${script} ${options.join(" ")} ended with ${status}\n${stderr}`);
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

test("the fault suite runs with every fault, and raises no false alarm", () => {
  // It ends with 1 for any harm; twelve jobs are too few to tell an alarm that was missed from bad luck.
  const told = lines("dist/bench/chaos/main.js", ["--jobs", "12", "--seed", "3"], [0, 1]);
  expect(told.at(-1)).toMatchObject({ jobs: 12, falseAlarms: 0, doubledMails: 0 });
  const applied = told.flatMap(({ applied = [] }) => applied as { fault: string }[]);
  expect(new Set(applied.map(({ fault }) => fault)).size).toBeGreaterThan(15);
});
