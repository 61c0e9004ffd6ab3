import { describe, expect, test } from "@jest/globals";
import { formatDuration, parseDuration } from "../../../domain/time/duration.js";
import { compareValues } from "../../../domain/requirements/quantity.js";
import {
  formatRequirement,
  parseRequirement,
  parseStoredRequirement,
} from "../../../domain/requirements/requirement.js";

test.each([
  "service:nfs",
  "package:qemu-kvm>=8",
  "package:perf",
  "command:git",
  "device:/dev/kvm",
  "machine:memory>=8GiB",
])("%s is read and written back", (text) => {
  expect(formatRequirement(parseRequirement(text))).toBe(text);
});

test.each(["nfs", "service:", "machine:memory", "command:git>=2", "planet:moon", ""])("%j is refused", (text) => {
  expect(() => parseRequirement(text)).toThrow(/./);
});

describe("values", () => {
  test.each([
    ["8GiB", "8192MiB", 0],
    ["10", "9", 1],
    ["2.10", "2.9", -1],
    ["fedora-9", "fedora-41", -1],
    ["1.2.10", "1.2.9", 1],
  ])("%s compared with %s", (left, right, order) => {
    expect(compareValues(left, right)).toBe(order);
  });
});

test("durations", () => {
  expect([
    parseDuration("1h30m"),
    parseDuration("500ms"),
    parseDuration("14d"),
    parseDuration("soon"),
    parseDuration("10"),
  ]).toEqual([5_400_000, 500, 1_209_600_000, undefined, undefined]);
  expect([formatDuration(800), formatDuration(5_400_000), formatDuration(93_600_000)]).toEqual([
    "0.8s",
    "1h 30m",
    "1d 2h",
  ]);
});

test.each([
  ["machine:os==linux", { kind: "machine", name: "os", operator: "=", value: "linux" }],
  ["machine:label=a=b", { kind: "machine", name: "label", operator: "=", value: "a=b" }],
  ["package:foo~bar", { kind: "package", name: "foo~bar" }],
  ["service:nfs", { kind: "service", name: "nfs" }],
  ["nonsense", { kind: "package", name: "nonsense" }],
])("a requirement that an earlier version stored is still read: %s", (text, requirement) =>
  expect(parseStoredRequirement(text)).toEqual(requirement),
);
