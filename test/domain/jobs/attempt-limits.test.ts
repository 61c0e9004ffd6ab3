import { expect, test } from "@jest/globals";
import { defaultLimits, limitsOf } from "../../../domain/jobs/attempt-limits.js";

const memory = (...requirements: string[]) => limitsOf(requirements, { memory: 100 }).memoryBytes;

test("an attempt may use the memory that its test declares, or else the grid's limit", () => {
  expect(memory("service:nfs")).toBe(100);
  expect(memory("machine:memory>=8GiB", "machine:memory>=2GiB")).toBe(8 * 2 ** 30);
  expect(memory("machine:memory>64MiB")).toBe(64 * 2 ** 20);
  expect(memory("machine:memory<8GiB", "machine:cpus>=4", "package:memory>=8")).toBe(100);
});

test("limits that an older configuration does not name have their defaults", () => {
  expect(limitsOf([], {})).toEqual({
    memoryBytes: defaultLimits.memory,
    diskBytes: defaultLimits.disk,
    processes: defaultLimits.processes,
  });
});
