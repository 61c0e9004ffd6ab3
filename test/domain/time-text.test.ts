import { describe, expect, test } from "@jest/globals";
import { isoTime } from "../../domain/files/fields.js";
import { parseTime } from "../../domain/time-text.js";

describe("a time as people write it", () => {
  test.each([
    ["2027-01-31", "2027-01-31T00:00:00.000Z"],
    ["2028-02-29T08:00:00Z", "2028-02-29T08:00:00.000Z"],
    ["2027-01-31T08:00:00+02:00", "2027-01-31T06:00:00.000Z"],
  ])("%s", (text, iso) => expect(new Date(parseTime(text)!).toISOString()).toBe(iso));
  test.each(["2027-02-31", "2027-02-29T08:00:00Z", "2027-13-01", "soon", ""])("%j is none, and is refused", (text) => {
    expect(parseTime(text)).toBeUndefined();
    expect(isoTime.safeParse(text).success).toBe(false);
  });
});
