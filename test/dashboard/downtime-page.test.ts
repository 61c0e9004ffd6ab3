import { expect, test } from "@jest/globals";
import { downtimePage } from "../../dashboard/downtime-page.js";
import { falseAlarmReport } from "../../domain/verdict/false-alarms.js";
import { maintenance, outage, report } from "../support/downtime-facts.js";

const page = downtimePage({
  reader: { role: "viewer", project: null },
  report: report({
    outages: [outage("<script>", 250, 500), outage("nfs", 900, null), outage("nfs", 0, 10, { severity: "degraded" })],
    pauses: [maintenance("", 100, 200)],
  }),
  falseAlarms: { ...falseAlarmReport([]), doubted: [] },
  outages: [],
});

test("places each problem in its service's row, within the interval", () => {
  const bars = [...page.matchAll(/<rect class="(\w+)" x="([\d.]+)" y="0" width="([\d.]+)"/g)];
  expect(bars.map(([, trouble, x, width]) => [trouble, Number(x), Number(width)])).toEqual([
    ["maintenance", 100, 100],
    ["unplanned", 250, 250],
    ["degraded", 0, 10],
    ["unplanned", 900, 100],
  ]);
  expect(page).toContain("<title>nfs unplanned, 1m 40s: 1970-01-01 00:15 – 1970-01-01 00:16 UTC</title>");
});

test("says what counts as offline, and escapes hostile names", () => {
  expect(page).toContain("The grid is offline while");
  expect(page).not.toMatch(/<script>|undefined|NaN/);
});
