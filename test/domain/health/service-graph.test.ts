import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { allDependencies, dependencyCycle, rootCause } from "../../../domain/health/service-graph.js";
import { releaseLimit } from "../../../domain/health/release-after-outage.js";

const dependsOn = { mirror: ["nfs"], nfs: ["network"], network: [], licence: [] };
const down =
  (...names: string[]) =>
  (name: string) =>
    names.includes(name);

describe("dependencies of services", () => {
  test("lead to the root cause, however deep it is", () => {
    expect(rootCause("mirror", down("mirror", "nfs", "network"), dependsOn)).toBe("network");
    expect(rootCause("mirror", down("mirror", "network"), dependsOn)).toBe("network");
    expect(rootCause("mirror", down("mirror", "nfs"), dependsOn)).toBe("nfs");
    expect(rootCause("network", down("mirror", "nfs", "network"), dependsOn)).toBeUndefined();
    expect(rootCause("licence", down("licence", "network"), dependsOn)).toBeUndefined();
  });
  test("that form a circle are found", () => {
    expect(dependencyCycle(dependsOn)).toBeUndefined();
    expect(dependencyCycle({ a: ["b"], b: ["c"], c: ["b"] })).toEqual(["b", "c", "b"]);
  });
  const names = ["a", "b", "c", "d", "e"];
  const graph = fc.dictionary(fc.constantFrom(...names), fc.subarray(names));
  test("have a root cause that is down and depends on nothing that is down, whatever the graph", () => {
    fc.assert(
      fc.property(graph, fc.subarray(names), (each, broken) => {
        for (const name of names) {
          const cause = rootCause(name, down(...broken), each);
          const below = allDependencies(name, each);
          if (cause === undefined) expect(below.filter(down(...broken))).toEqual([]);
          else expect(broken.includes(cause) && below.includes(cause)).toBe(true);
          if (cause !== undefined && dependencyCycle(each) === undefined)
            expect(allDependencies(cause, each).filter(down(...broken))).toEqual([]);
        }
      }),
    );
  });
});

test("a release admits one job, then 2, 4, 8", () => {
  expect([0, 1, 2, 3, 6, 7, 14, 15].map(releaseLimit)).toEqual([1, 2, 2, 4, 4, 8, 8, 16]);
});
