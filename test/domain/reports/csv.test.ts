import { describe, expect, test } from "@jest/globals";
import { formatCsv } from "../../../domain/reports/csv.js";
import { reportDowntime } from "../../../domain/reports/downtime-report.js";
import { downtimeCsv } from "../../../domain/reports/downtime-csv.js";

describe("comma-separated values", () => {
  test.each([
    ["plain", "plain"],
    ["a,b", '"a,b"'],
    ['say "no"', '"say ""no"""'],
    ["two\nlines", '"two\nlines"'],
    ["=1+1", "'=1+1"],
    ["@sum(A1,B1)", `"'@sum(A1,B1)"`],
  ])("write %j as one text", (text, written) => expect(formatCsv([[text, 1]])).toBe(`${written},1\r\n`));
  test("write null as an empty text, and negative numbers unchanged", () =>
    expect(formatCsv([[null, -1, ""]])).toBe(",-1,\r\n"));
});

test("the report has a line for the grid, for each service and for each reason, all with the same columns", () => {
  const at = (minute: number) => new Date(minute * 60_000).toISOString();
  const report = reportDowntime(
    {
      knownSince: "1970-01-01T00:00:00.000Z",
      now: at(100),
      services: [{ service: 'odd,"name', since: null }],
      machines: [],
      outages: [],
      pauses: [],
      holds: [
        {
          jobs: 2,
          holds: [
            { service: null, reason: "infra/no-machine", spans: [{ since: at(0), until: at(1) }] },
            { service: "gone", reason: null, spans: [{ since: at(0), until: at(1) }] },
          ],
        },
      ],
      attempts: [],
      shareTarget: 0.05,
      shareTargets: {},
    },
    { start: 0, end: 600_000 },
  );
  const lines = downtimeCsv(report).trimEnd().split("\r\n");
  expect(lines.map((line) => line.split(",").slice(0, 2).join(" "))).toEqual([
    "kind name",
    "grid grid",
    'service "odd',
    "service gone",
    "reason infra/no-machine",
  ]);
  const width = lines[0]!.split(",").length;
  expect(lines.map((line) => line.replace('"odd,""name"', "odd").split(",").length)).toEqual(lines.map(() => width));
});
