import { describe, expect, test } from "@jest/globals";
import { compareVersions } from "../../../domain/requirements/version.js";
import { compareValues, holds, holdsVersion, kindOf } from "../../../domain/requirements/quantity.js";

describe("versions of packages", () => {
  test.each([
    ["3.134", "3.20", 1],
    ["1.0", "1.0~rc1", 1],
    ["1.0~rc1", "1.0~rc2", -1],
    ["1:0.9", "2.0", -1],
    ["1:0.9", "0:2.0", 1],
    ["2.4.1-3", "2.4.1", 0],
    ["2.4.1-3", "2.4.1-10", -1],
    ["1.2a", "1.2", 1],
    ["1.2+dfsg", "1.2", 1],
    ["1.02", "1.2", 0],
    ["12345678901234567890123", "12345678901234567890124", -1],
  ])("Debian: %s compared with %s", (left, right, order) => {
    expect(compareVersions(left, right, "deb")).toBe(order);
    expect(compareVersions(right, left, "deb")).toBe(-order || 0);
  });

  test.each([
    ["3.134", "3.20", 1],
    ["1.0~rc1", "1.0", -1],
    ["1.0^20240101", "1.0", 1],
    ["1.0^20240101", "1.0.1", -1],
    ["2.a", "2.1", -1],
    ["5.16.0", "5.16", 1],
    ["1:1.0-1.fc41", "0:9.9-1.fc41", 1],
    ["8.2.0-4.el9", "8.2.0", 0],
  ])("RPM: %s compared with %s", (left, right, order) => {
    expect(compareVersions(left, right, "rpm")).toBe(order);
    expect(compareVersions(right, left, "rpm")).toBe(-order || 0);
  });

  test("meet a requirement by the rules of their system", () => {
    expect(holdsVersion("1:8.2.0+ds-1", ">=", "8", "deb")).toBe(true);
    expect(holdsVersion("3.134", ">=", "3.20", "rpm")).toBe(true);
  });
});

describe("facts of machines", () => {
  test.each([
    ["16GiB", "size"],
    ["8", "number"],
    ["3.10", "number"],
    ["6.1.0-18", "version"],
    ["3.10.2", "version"],
    ["fedora-41", "word"],
  ])("%s is a %s", (text, kind) => expect(kindOf(text)).toBe(kind));

  test("of different kinds have no order", () => {
    expect(holds("16GiB", ">=", "banana")).toBe(false);
    expect(holds("16GiB", "<=", "banana")).toBe(false);
    expect(holds("16GiB", "!=", "banana")).toBe(true);
    expect(holds("16GiB", ">=", "8GB")).toBe(true);
    expect(compareValues("3.10.2", "3.9.1")).toBe(1);
  });
});
