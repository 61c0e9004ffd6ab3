import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { diskSeries } from "../../../activities/agent/watch/disk.js";

describe("checks of a machine's disk", () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick", "queueMicrotask", "performance", "Date"] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test("report it as bad at once: space that a neighbor filled may be free again before a second check", async () => {
    const looks = diskSeries("/no/such/disk");
    expect(looks.map(({ check }) => check)).toEqual(["disk"]);
    // No time passes here, so a check that waits for a second one would never end.
    expect(await looks[0]!.look()).toMatchObject({ ok: false, detail: expect.stringContaining("/no/such/disk") });
  });
});
