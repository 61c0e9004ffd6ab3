import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseSuiteFile } from "../../../domain/config/suite-file.js";
import { defineJobs } from "../../../domain/jobs/job-definition.js";
import { expandMatrix, type Matrix, mostVariants } from "../../../domain/jobs/matrix.js";
import { type Variant, variantKey } from "../../../domain/jobs/variant.js";

const matrix = (axes: Record<string, string[]>, include: Variant[] = [], exclude: Variant[] = []): Matrix => ({
  axes,
  include,
  exclude,
});
const fruits = { fruit: ["apple", "pear"], animal: ["cat", "dog"] };

describe("a matrix", () => {
  const rows: [string, Matrix, Variant[]][] = [
    ["that is empty gives one variant", matrix({}), [{}]],
    [
      "gives every combination, in the written order",
      matrix({ os: ["a", "b"], n: ["1", "2"] }),
      [
        { os: "a", n: "1" },
        { os: "a", n: "2" },
        { os: "b", n: "1" },
        { os: "b", n: "2" },
      ],
    ],
    [
      "leaves out combinations that have all values of an exclude, which need not name every key",
      matrix({ os: ["a", "b"], n: ["1", "2"], v: ["x"] }, [], [{ os: "a" }, { os: "b", n: "2" }]),
      [{ os: "b", n: "1", v: "x" }],
    ],
    [
      "is extended as in GitHub's own example",
      matrix(fruits, [
        { color: "green" },
        { color: "pink", animal: "cat" },
        { fruit: "apple", shape: "circle" },
        { fruit: "banana" },
        { fruit: "banana", animal: "cat" },
      ]),
      [
        { fruit: "apple", animal: "cat", color: "pink", shape: "circle" },
        { fruit: "apple", animal: "dog", color: "green", shape: "circle" },
        { fruit: "pear", animal: "cat", color: "pink" },
        { fruit: "pear", animal: "dog", color: "green" },
        { fruit: "banana" },
        { fruit: "banana", animal: "cat" },
      ],
    ],
    [
      "may consist of includes alone, each a variant of its own",
      matrix({}, [{ site: "a", datacenter: "x" }, { site: "b" }]),
      [{ site: "a", datacenter: "x" }, { site: "b" }],
    ],
    [
      "can include what it excludes",
      matrix({ os: ["a", "b"] }, [{ os: "a", n: "1" }], [{ os: "a" }]),
      [{ os: "b" }, { os: "a", n: "1" }],
    ],
    [
      "lets a later include change what an earlier one added, but never its own values",
      matrix({ os: ["a"] }, [{ os: "a", n: "1" }, { n: "2" }, { os: "c", n: "3" }]),
      [
        { os: "a", n: "2" },
        { os: "c", n: "3" },
      ],
    ],
    [
      "treats names that every JavaScript object has as plain keys",
      matrix({ os: ["a"] }, [{ constructor: "1" }]),
      [{ os: "a", constructor: "1" }],
    ],
  ];
  test.each(rows)("%s", (_name, given, variants) => {
    expect(expandMatrix(given)).toEqual(variants);
  });
});

const suite = (text: string) =>
  `owner: dev@example.org\ntests:\n  one:\n    test: "true"\n    matrix:\n      ${text.replaceAll("\n", "\n      ")}\n`;

describe("a mistake in a matrix is refused with its place", () => {
  test.each([
    ["exclude:\n  - {os: c}\nos: [a, b]", 7, 'os: "os" has no value "c"; it has a, b'],
    ["os: [a, b]\nexclude:\n  - {oss: a}", 8, 'the matrix has no "oss"; it has os'],
    ["os: [a, b]\nexclude: [{os: a}, {os: b}]", 7, "takes away every combination"],
    ["os: [a]\ninclude: [{os: b}, {os: b}]", 7, "gives the variant os=b twice"],
    ["os: [a]\ninclude: [{}]", 7, "name at least one value"],
    ["os: [a]\ninclude: {os: b}", 7, "expected array"],
    ["os: [a, a]", 6, "names a value twice"],
    ["os: []", 6, "expected array to have >=1 items"],
    ["os: a", 6, "expected array"],
    ["-os: [a]", 6, "is not a name"],
    ["a.b: [x]\na_b: [y]", 5, "both seen as HOLDFAST_VARIANT_A_B"],
    [`n: [${Array.from({ length: 257 }, (_, n) => n).join()}]`, 5, "gives 257 variants; a test may have 256"],
    [
      "a: &many [1,2,3,4,5,6,7,8,9]\nb: *many\nc: *many\nd: *many\ne: *many\nf: *many",
      5,
      "more than 65536 combinations",
    ],
  ])("%j", (text, line, message) => {
    expect(() => parseSuiteFile(suite(text))).toThrow(message);
    expect(() => parseSuiteFile(suite(text))).toThrow(new RegExp(`^holdfast.yaml:${line}:`));
  });
});

test("the limit of variants counts those that exclude leaves", () => {
  const values = Array.from({ length: 17 }, (_, n) => String(n));
  const text = `a: [${values.join()}]\nb: [${values.join()}]\nexclude: [{a: 16}, {b: 16}]`;
  expect(defineJobs(parseSuiteFile(suite(text)).value, null)).toHaveLength(mostVariants);
});

const key = fc.constantFrom("a", "b", "c", "d");
const value = fc.constantFrom("1", "2", "3");
const entry = fc.dictionary(key, value, { minKeys: 1 });
const anyMatrix = fc.record({
  axes: fc.dictionary(key, fc.uniqueArray(value, { minLength: 1 })),
  include: fc.array(entry, { maxLength: 4 }),
  exclude: fc.array(entry, { maxLength: 3 }),
});
const has = (variant: Variant, part: Variant) => Object.entries(part).every(([name, text]) => variant[name] === text);
const product = (axes: Matrix["axes"]) =>
  Object.keys(axes).length === 0 ? 0 : Object.values(axes).reduce((count, values) => count * values.length, 1);

describe("for any matrix", () => {
  test("nothing that is excluded comes back unless an include names it", () => {
    fc.assert(
      fc.property(anyMatrix, (given) => {
        for (const variant of expandMatrix(given)) {
          const own = Object.fromEntries(Object.keys(given.axes).map((name) => [name, variant[name] ?? ""]));
          const isExcluded = given.exclude.some((rule) => has(own, rule));
          if (isExcluded) expect(given.include.some((one) => has(variant, one))).toBe(true);
        }
      }),
    );
  });

  test("every include has a variant with all its keys", () => {
    fc.assert(
      fc.property(anyMatrix, (given) => {
        const variants = expandMatrix(given);
        for (const one of given.include)
          expect(variants.some((variant) => Object.keys(one).every((name) => name in variant))).toBe(true);
      }),
    );
  });

  test("includes remove nothing and change none of the matrix's own values", () => {
    fc.assert(
      fc.property(anyMatrix, (given) => {
        const plain = product(given.axes) === 0 ? [] : expandMatrix({ ...given, include: [] });
        const extended = expandMatrix(given);
        plain.forEach((variant, index) => expect(has(extended[index]!, variant)).toBe(true));
        expect(extended.length).toBeLessThanOrEqual(Math.max(1, plain.length + given.include.length));
      }),
    );
  });

  test("without include and exclude it gives each combination once", () => {
    fc.assert(
      fc.property(anyMatrix, ({ axes }) => {
        const names = expandMatrix({ axes, include: [], exclude: [] }).map(variantKey);
        expect(new Set(names).size).toBe(Math.max(1, product(axes)));
      }),
    );
  });
});
