import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { clockDifference } from "../../../domain/health/clock-difference.js";
import { paceMs } from "../../../domain/health/watch-pace.js";

describe("the difference of two clocks", () => {
  test("is taken from the quickest answer", () => {
    const slow = { sentAt: 0, receivedAt: 4_000, gridTime: 9_000 };
    const quick = { sentAt: 5_000, receivedAt: 5_010, gridTime: 8_005 };
    expect(clockDifference([slow, quick])).toEqual({ offsetMs: 3_000, errorMs: 6 });
  });

  test("is unknown without an answer, or if the clock was set back during the only one", () => {
    expect(clockDifference([])).toBeNull();
    expect(clockDifference([{ sentAt: 5_000, receivedAt: 4_000, gridTime: 0 }])).toBeNull();
  });

  test("is off by no more than its stated error, wherever in the round trip the grid read its clock", () => {
    const trip = fc.record({ sentAt: fc.nat(10_000), there: fc.nat(5_000), back: fc.nat(5_000) });
    fc.assert(
      fc.property(fc.integer({ min: -1e7, max: 1e7 }), fc.array(trip, { minLength: 1 }), (offset, trips) => {
        const samples = trips.map(({ sentAt, there, back }) => ({
          sentAt,
          receivedAt: sentAt + there + back,
          gridTime: sentAt + there + offset,
        }));
        const measured = clockDifference(samples)!;
        return Math.abs(measured.offsetMs - offset) <= measured.errorMs;
      }),
    );
  });
});

describe("the pace of the watch", () => {
  test("is once a second, unless that would be too much for the service", () => {
    expect([1, 50, 51, 500].map((watching) => paceMs(watching, 50))).toEqual([1_000, 1_000, 1_020, 10_000]);
    expect(paceMs(100)).toBe(2_000);
  });

  test("keeps all agents together within the rate", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }),
        fc.double({ min: 0.1, max: 1_000, noNaN: true }),
        (watching, rate) => watching * (1_000 / paceMs(watching, rate)) <= Math.max(rate, 0) + 1e-6 || watching < rate,
      ),
    );
  });
});
