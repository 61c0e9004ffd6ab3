import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { diskSeries } from "../../../activities/agent/watch/disk.js";

describe("looks at a machine's disk", () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick", "queueMicrotask", "performance", "Date"] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test("find it bad at once: what a neighbour has filled may be free again before a second look", async () => {
    const looks = diskSeries("/no/such/disk");
    expect(looks.map(({ check }) => check)).toEqual(["disk"]);
    // No time passes here, so that a look that waits for another one would never end.
    expect(await looks[0]!.look()).toMatchObject({ ok: false, detail: expect.stringContaining("/no/such/disk") });
  });
});
