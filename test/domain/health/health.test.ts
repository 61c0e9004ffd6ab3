import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  countProbe,
  type CountingPolicy,
  hasFlapped,
  type ServiceHealth,
  underOverride,
  unknownHealth,
} from "../../../domain/health/health.js";

const second = (count: number) => new Date(count * 1_000).toISOString();
const policy: CountingPolicy = {
  down: 3,
  up: 2,
  severity: "down",
  flapping: { count: 3, withinMs: 3_600_000, settleMs: 300_000, settleMaxMs: 900_000 },
};
/** One probe a second, `+` good and `-` failed, the first at second 1. */
const probes = (marks: string, rules = policy, from = unknownHealth(second(0)), first = 1): ServiceHealth =>
  marks
    .split("")
    .reduce(
      (health, mark, index) => countProbe(health, { ok: mark === "+", at: second(first + index), detail: mark }, rules),
      from,
    );
const marks = fc.array(fc.constantFrom("+", "-")).map((each) => each.join(""));

describe("counting probes", () => {
  test("one good probe is enough for a service of unknown health", () =>
    expect(probes("+")).toMatchObject({ state: "up", since: second(1) }));
  test("a service is down since the first of its failed probes in a row", () =>
    expect(probes("+---")).toMatchObject({ state: "down", since: second(2) }));
  test("fewer failures than the policy says change nothing", () =>
    expect(probes("+--+--")).toMatchObject({ state: "up" }));
  test("a service is up again since the first of its good probes in a row", () =>
    expect(probes("+---++")).toMatchObject({ state: "up", since: second(5) }));
  test("one good probe does not end an outage", () =>
    expect(probes("+---+-")).toMatchObject({ state: "down", since: second(2) }));
  test("a service with the severity `degraded` is never down", () => {
    fc.assert(
      fc.property(marks, (each) => {
        const { state } = probes(`${each}---`, { ...policy, severity: "degraded" });
        return state === "degraded";
      }),
    );
  });
  test("a service is down after enough failures in a row, whatever came before", () => {
    fc.assert(fc.property(marks, (each) => probes(`${each}---`).state === "down"));
  });
  test("a service changes its state only after as many equal probes in a row as the policy says", () => {
    fc.assert(
      fc.property(marks, (each) => {
        for (let end = 1; end < each.length; end++) {
          const [before, after] = [probes(each.slice(0, end)), probes(each.slice(0, end + 1))];
          if (before.state === after.state || before.state === "unknown") continue;
          const row = each.slice(0, end + 1).slice(after.state === "up" ? -2 : -3);
          if (row !== (after.state === "up" ? "++" : "---")) return false;
        }
        return true;
      }),
    );
  });
});

describe("a service that is flapping", () => {
  const flapping = probes("+---++---++---");
  test("three times within the policy's time stays down until it has been up for its settle time", () => {
    expect(flapping).toMatchObject({ state: "down", settleMs: 300_000 });
    const good = (from: ServiceHealth, at: number) =>
      countProbe(from, { ok: true, at: second(at), detail: "" }, policy);
    const nearly = good(good(flapping, 20), 319);
    expect(nearly.state).toBe("down");
    expect(good(nearly, 320)).toMatchObject({ state: "up", since: second(20) });
  });
  test("must be up twice as long after each further failure, up to a maximum", () => {
    const again = probes("++-", policy, flapping, 100);
    expect(again).toMatchObject({ state: "down", settleMs: 600_000 });
    expect(hasFlapped(flapping, again)).toBe(true);
    expect(probes("++-++-++-", policy, again, 200).settleMs).toBe(900_000);
  });
  test("is trusted again when its earlier failures are long past", () => {
    const later = countProbe(
      { ...flapping, state: "up", failuresInRow: 2, firstFailedAt: second(9_000) },
      { ok: false, at: second(9_002), detail: "" },
      policy,
    );
    expect(later).toMatchObject({ state: "down", settleMs: 0 });
  });
  test("never comes up within its settle time, whatever its probes say", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("+", "-"), { minLength: 50, maxLength: 200 }), (each) => {
        let health = probes("+---++---++---");
        let ups = 0;
        for (const [index, mark] of each.entries()) {
          const next = countProbe(health, { ok: mark === "+", at: second(20 + index), detail: "" }, policy);
          if (next.state === "up" && health.state !== "up") ups++;
          health = next;
        }
        return ups === 0;
      }),
    );
  });
});

test("an admin's override takes precedence over the probes, and names the admin", () => {
  const override = { state: "up", reason: "wrong probe", author: "ann", since: second(5), until: second(50) } as const;
  expect(underOverride(probes("+---"), override)).toMatchObject({
    state: "up",
    since: second(5),
    detail: `set to up by ann until ${second(50)}: wrong probe`,
  });
});
