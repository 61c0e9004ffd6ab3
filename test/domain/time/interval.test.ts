import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { coveredMs, difference, type Interval, intersection, union } from "../../../domain/time/interval.js";

const intervals = fc.array(
  fc.tuple(fc.nat(1_000), fc.nat(200)).map(([start, length]): Interval => ({ start, end: start + length })),
);
/** The moments that intervals cover, listed one by one. */
const moments = (covered: readonly Interval[]): Set<number> =>
  new Set(covered.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, index) => start + index)));

describe("intervals", () => {
  test("a union covers each moment once, in intervals that do not touch", () => {
    fc.assert(
      fc.property(intervals, (each) => {
        const merged = union(each);
        const apart = merged.every((one, index) => index === 0 || merged[index - 1]!.end < one.start);
        return apart && coveredMs(each) === moments(each).size;
      }),
    );
  });
  test("an intersection covers what both cover", () => {
    fc.assert(
      fc.property(intervals, intervals, (left, right) => {
        const [a, b] = [moments(left), moments(right)];
        expect(moments(intersection(left, right))).toEqual(new Set([...a].filter((moment) => b.has(moment))));
      }),
    );
  });
  test("a difference covers what only the first covers", () => {
    fc.assert(
      fc.property(intervals, intervals, (left, right) => {
        const [a, b] = [moments(left), moments(right)];
        expect(moments(difference(left, right))).toEqual(new Set([...a].filter((moment) => !b.has(moment))));
      }),
    );
  });
});
