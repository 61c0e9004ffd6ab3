import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { readOrder } from "../../../domain/holds/pause.js";

const now = "2026-11-23T12:00:00.000Z";
const read = (given: unknown) => readOrder("pause", given, "minted", now);

describe("a pause typed by hand", () => {
  test("needs a scope and a reason, and nothing else", () =>
    expect(read({ scope: "service:nfs", reason: " moved to rack 2 " })).toEqual({
      kind: "pause",
      pauseId: "minted",
      scope: "service",
      name: "nfs",
      reason: "moved to rack 2",
      author: "a signal",
      until: null,
      now: false,
    }));
  test("takes an end as a time or a duration", () => {
    expect(read({ scope: "grid", reason: "x", for: "90m" })).toMatchObject({ until: "2026-11-23T13:30:00.000Z" });
    expect(read({ scope: "grid", reason: "x", until: "2026-11-24" })).toMatchObject({
      until: "2026-11-25T00:00:00.000Z",
    });
  });
  test.each([
    [undefined, "without input"],
    [null, "no JSON object"],
    [{ holdfastUndecodable: true }, "cannot be decoded"],
    ["grid", "no JSON object"],
    [{ scope: "service:nfs" }, '"reason" must say why'],
    [{ scope: "moon", reason: "x" }, '"moon" cannot be paused'],
    [{ scope: "service:", reason: "x" }, "cannot be paused"],
    [{ scope: 7, reason: "x" }, '"scope" must say'],
    [{ scope: "grid", reason: "x", now: "yes" }, '"now" must be true or false'],
    [{ scope: "grid", reason: "x", until: "soon" }, '"until" must be a date'],
    [{ scope: "grid", reason: "x", until: "2027-02-31T08:00:00Z" }, '"until" must be a date'],
    [{ scope: "grid", reason: "x", until: "2020-01-01" }, "has passed already"],
    [{ scope: "grid", reason: "x", until: "9999-01-01T00:00:00Z" }, "more than ten years away"],
    [{ scope: "grid", reason: "x", for: "100000000d" }, "of ten years at most"],
    [{ scope: "grid", reason: "x", until: "2027-01-01", for: "1h" }, "exclude each other"],
    [{ scope: "grid", reason: "x", whyever: 1 }, 'knows no "whyever"'],
    [{ scope: "grid", reason: "x", id: "漢".repeat(1_000) }, '"id" must be at most'],
    [new Uint8Array(3), "no JSON object"],
  ])("%j is refused, with the reason for the audit", (given, mistake) =>
    expect(read(given)).toMatchObject({ kind: "nonsense", mistake: expect.stringContaining(mistake) }),
  );
  test("only a little of a huge order is kept", () => {
    const fields = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`${index}`.repeat(20), index]));
    expect(JSON.stringify(read(fields)).length).toBeLessThan(2_000);
  });
  test("any input becomes an order, never an error", () => {
    fc.assert(
      fc.property(fc.anything(), (given) =>
        ["pause", "nonsense"].includes(readOrder("pause", JSON.parse(JSON.stringify(given) ?? "null"), "id", now).kind),
      ),
    );
  });
});
