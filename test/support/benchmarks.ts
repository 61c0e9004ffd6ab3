import { expect, test } from "@jest/globals";
import { jsonLines } from "./json-lines.js";

/**
 * Tests that benchmarks run, each at its smallest size. Their figures mean nothing here.
 * @param benchmarks names with their options
 */
export function testBenchmarks(benchmarks: Readonly<Record<string, readonly string[]>>): void {
  test.each(Object.entries(benchmarks))("the benchmark %s runs", (name, options) => {
    const figures = jsonLines("dist/bench/main.js", [name, ...options]);
    expect(figures.length).toBeGreaterThan(0);
    for (const figure of figures) expect(figure).toMatchObject({ value: expect.any(Number), unit: expect.any(String) });
  });
}
