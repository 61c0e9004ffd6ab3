import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { matchesPattern } from "../../../domain/requirements/pattern.js";

describe("a pattern", () => {
  test("matches like the equivalent regular expression", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", ".", "/"), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", ".", "*", "?"), maxLength: 6 });
    fc.assert(
      fc.property(text, pattern, (name, wanted) => {
        const expression = wanted.replaceAll(".", "\\.").replaceAll("*", ".*").replaceAll("?", ".");
        expect(matchesPattern(name, wanted)).toBe(new RegExp(`^${expression}$`).test(name));
      }),
      { numRuns: 3_000 },
    );
  });

  test("has alternatives", () => {
    expect(matchesPattern("release/1.2", "main, release/*")).toBe(true);
    expect(matchesPattern("topic", "main, release/*")).toBe(false);
  });

  // A backtracking regular expression would take years.
  test("takes no longer if it is hostile", () =>
    expect(matchesPattern("a".repeat(5_000), `${"*a".repeat(100)}b`)).toBe(false));
});
