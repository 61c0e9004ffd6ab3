import { expect, test } from "@jest/globals";
import { parseSuiteFile } from "../../../domain/config/suite-file.js";
import { completeDefinition, defineJobs } from "../../../domain/jobs/job-definition.js";

const defined = (test: string) =>
  defineJobs(parseSuiteFile(`owner: dev@example.org\ntests:\n  one: { test: "true"${test} }\n`).value, null)[0]!;

test("a definition says where results are and which artifacts are kept", () => {
  expect(defined("")).toMatchObject({ results: { kind: "exit" }, artifacts: [] });
  expect(defined(`, results: "junit:**/r.xml", artifacts: ["shots/*.png"]`)).toMatchObject({
    results: { kind: "junit", files: "**/r.xml" },
    artifacts: ["shots/*.png"],
  });
});

test("a definition that an earlier version stored is completed", () => {
  const { results: _results, artifacts: _artifacts, ...stored } = defined(", results: tap");
  expect(completeDefinition(stored)).toMatchObject({ results: { kind: "exit" }, artifacts: [] });
  expect(completeDefinition(defined(", results: tap")).results).toEqual({ kind: "tap", file: null });
});

test.each([
  [`, results: xml`, `tests.one.results: "xml" is not understood; write exit, tap, tap:<file> or junit:<file or glob>`],
  [`, results: "tap:../x"`, "inside the source"],
  [`, artifacts: ["../*"]`, "a path or glob of files inside the source"],
  [`, artifacts: [/etc/passwd]`, "a path or glob of files inside the source"],
])("refuses %s with its place", (text, message) => {
  expect(() => defined(text)).toThrow(message);
  expect(() => defined(text)).toThrow(/^holdfast.yaml:3:\d+: /);
});
