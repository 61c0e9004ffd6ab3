import { describe, expect, test } from "@jest/globals";
import { type FailedAttempt, failureLine } from "../../../../domain/mail/details/failure-line.js";

const attempt = (change: Partial<FailedAttempt>): FailedAttempt => ({
  purpose: "test",
  outcome: "candidate",
  failureIdentifier: "code/test-failed",
  explained: false,
  claimBacked: false,
  endedAt: "2026-11-18T10:02:11.000Z",
  evidence: [],
  machine: "alpha",
  failing: ["exit 1"],
  first: null,
  ...change,
});

describe("a failure in one line", () => {
  test("names at most three subtests, the first message of the first one, and each machine once", () => {
    const failing = ["adds up", "empties", "sells", "ships"];
    const first = { name: "adds up", message: "\n  41.99 !== 42\n  at checkout.test.ts" };
    expect(
      failureLine(
        [
          attempt({ failing, first: { name: "adds up", message: "" } }),
          attempt({ machine: "beta", failing, first }),
          attempt({ failing, first: { name: "empties", message: "not empty" } }),
        ],
        3,
      ),
    ).toEqual({
      failing: ["adds up", "empties", "sells"],
      hasMore: true,
      message: "41.99 !== 42",
      machines: ["alpha", "beta"],
    });
  });

  test("leaves out attempts that prove nothing", () => {
    const dirty = attempt({ outcome: "dirty", machine: "gamma", failing: ["connects"] });
    expect(failureLine([dirty, attempt({})], 3)).toEqual({
      failing: ["exit 1"],
      hasMore: false,
      message: "",
      machines: ["alpha"],
    });
  });

  test("counts claims as failures once there are too many, as the verdict does", () => {
    const claim = attempt({
      outcome: "infrastructure",
      failureIdentifier: "infra/claimed-by-test",
      failing: ["exit 75"],
    });
    expect(failureLine([claim, claim], 2)).toMatchObject({ failing: ["exit 75"], machines: ["alpha"] });
    expect(failureLine([claim, claim], 3)).toMatchObject({ failing: [], machines: ["alpha"] });
  });

  test("names only the machine of a test that broke its environment", () => {
    const alone = attempt({ purpose: "isolation", outcome: "dirty", failing: ["connects"], machine: "beta" });
    expect(failureLine([alone, alone], 3)).toEqual({ failing: [], hasMore: false, message: "", machines: ["beta"] });
    expect(failureLine([], 3)).toEqual({ failing: [], hasMore: false, message: "", machines: [] });
  });
});
