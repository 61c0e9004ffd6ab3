import { describe, expect, test } from "@jest/globals";
import { withinLimit } from "../../probes/time-limit.js";

describe("a time limit", () => {
  test("passes on a result or an error that comes in time", async () => {
    expect(await withinLimit("quick", 5_000, async () => "here")).toBe("here");
    await expect(withinLimit("quick", 5_000, () => Promise.reject(new Error("refused")))).rejects.toThrow("refused");
    expect(await withinLimit("quick", 5_000, async () => "again")).toBe("again");
  });

  test("gives up a call that hangs, and starts it again only after it has ended", async () => {
    let release: (value: string) => void = () => undefined;
    let begun = 0;
    const hang = () => {
      begun++;
      return new Promise<string>((resolve) => (release = resolve));
    };
    await expect(withinLimit("disk", 50, hang)).rejects.toThrow("no answer within 50 ms");
    await expect(withinLimit("disk", 50, hang)).rejects.toThrow("an earlier probe has had no answer yet");
    expect(await withinLimit("another disk", 5_000, async () => "here")).toBe("here");
    expect(begun).toBe(1);
    release("late");
    await new Promise(setImmediate);
    expect(await withinLimit("disk", 5_000, async () => "back")).toBe("back");
  });

  test("allows two calls of the same name at the same time", async () => {
    const slow = () => new Promise<string>((resolve) => setTimeout(() => resolve("here"), 20));
    expect(await Promise.all([withinLimit("slow", 5_000, slow), withinLimit("slow", 5_000, slow)])).toEqual([
      "here",
      "here",
    ]);
  });
});
