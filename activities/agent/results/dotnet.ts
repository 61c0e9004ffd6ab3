import type { Subtest } from "../../../domain/verdict/attempt.js";
import type { Case } from "./junit-case.js";

/** Root elements of the reports of .NET's test runners: NUnit 3 and 2, xUnit.net 2, and Visual Studio (TRX). */
const roots = new Set(["test-run", "test-results", "assemblies", "assembly", "TestRun"]);

export function isDotnetRoot(name: string): boolean {
  return roots.has(name);
}

/** The element of one test, and the attributes that name it and say how it ended. */
const dialects: Readonly<Record<string, { names: readonly string[]; result: string }>> = {
  "test-case": { names: ["fullname", "name"], result: "result" },
  test: { names: ["name"], result: "result" },
  UnitTestResult: { names: ["testName"], result: "outcome" },
};

const results: readonly [RegExp, Subtest["result"]][] = [
  [/^(passed|pass|success|completed|warning)$/i, "passed"],
  [/^(failed|fail|failure|timeout|aborted|disconnected)$/i, "failed"],
  [/^(error|notrunnable)$/i, "error"],
  [/^(skipped|skip|ignored|notexecuted|notrun|inconclusive|pending)$/i, "skipped"],
];

/** A test in one of these reports. Undefined for any other element, and for a test without a known result. */
export function dotnetCase(element: string, attributes: Record<string, string>): Case | undefined {
  if (!Object.hasOwn(dialects, element)) return undefined;
  const { names, result: attribute } = dialects[element]!;
  const said = attributes[attribute];
  const name = names.map((key) => attributes[key]).find((text) => text !== undefined && text !== "");
  const result = results.find(([pattern]) => pattern.test(said ?? ""))?.[1];
  if (name === undefined || result === undefined) return undefined;
  return { element, name, result, message: "", failedAt: null, identity: undefined, isFlaky: false };
}
