import { describe, expect, test } from "@jest/globals";
import { isoTime, isoUntil } from "../../../domain/config/fields.js";
import { parseTime } from "../../../domain/time/time-text.js";

describe("a time as people write it", () => {
  test.each([
    ["2027-01-31", "2027-01-31T00:00:00.000Z"],
    ["2028-02-29T08:00:00Z", "2028-02-29T08:00:00.000Z"],
    ["2027-01-31T08:00:00+02:00", "2027-01-31T06:00:00.000Z"],
  ])("%s", (text, iso) => expect(new Date(parseTime(text)!).toISOString()).toBe(iso));
  test("a date includes its whole day, and a change of daylight saving time shifts nothing", () => {
    for (const zone of ["UTC", "America/New_York", "Pacific/Auckland"]) {
      const before = process.env["TZ"];
      process.env["TZ"] = zone;
      // The clocks of New York go back on this day, and those of Auckland went forward in September.
      expect(isoUntil.parse("2026-11-01")).toBe("2026-11-02T00:00:00.000Z");
      expect(isoTime.parse("2026-11-01")).toBe("2026-11-01T00:00:00.000Z");
      expect(isoTime.parse("2026-11-01T01:30:00-04:00")).toBe("2026-11-01T05:30:00.000Z");
      expect(isoTime.parse("2026-11-01T01:30:00-05:00")).toBe("2026-11-01T06:30:00.000Z");
      process.env["TZ"] = before;
    }
  });
  test.each(["2027-01-31T08:00", "2027-01-31 08:00:00"])("%j is refused because it has no time zone", (text) => {
    expect(parseTime(text)).toBeUndefined();
    expect(isoTime.safeParse(text).error?.issues[0]?.message).toMatch(/has no time zone; write one such as/);
  });
  test.each(["2027-02-31", "2027-02-29T08:00:00Z", "2027-13-01", "soon", ""])(
    "%j is no time, and is refused",
    (text) => {
      expect(parseTime(text)).toBeUndefined();
      expect(isoTime.safeParse(text).success).toBe(false);
    },
  );
});
