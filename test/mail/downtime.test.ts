import { describe, expect, test } from "@jest/globals";
import { reportDowntime } from "../../domain/reports/downtime-report.js";
import type { DowntimeFacts } from "../../domain/reports/downtime-facts.js";
import { falseAlarmReport } from "../../domain/verdict/false-alarms.js";
import { downtimeMail } from "../../mail/notices/downtime.js";

const quiet: DowntimeFacts = {
  knownSince: "1970-01-01T00:00:00.000Z",
  now: "2026-11-23T00:00:00.000Z",
  services: [{ service: "nfs", since: null }],
  machines: [],
  outages: [],
  pauses: [],
  holds: [],
  attempts: [],
  shareTarget: 0.05,
  shareTargets: {},
};
const since = "2026-11-18T10:00:00.000Z";
const until = "2026-11-18T10:12:00.000Z";
const outage = { machine: null, kind: "unplanned", severity: "down", cause: null, since, until } as const;
const hostile = "\u001b[31m<b>\r\nBcc: all@example.org\u0000";
const busy: DowntimeFacts = {
  ...quiet,
  outages: [
    { ...outage, service: "nfs" },
    { ...outage, service: "grid/database" },
    { ...outage, service: hostile },
  ],
  holds: [{ jobs: 205, holds: [{ service: "nfs", reason: null, spans: [{ since, until }] }] }],
  attempts: [{ outcome: "infrastructure", failureIdentifier: "infra/machine-lost", count: 1 }],
};
const mailOf = (facts: DowntimeFacts) =>
  downtimeMail({
    from: "grid@example.org",
    report: reportDowntime(facts, { start: Date.parse("2026-11-16"), end: Date.parse("2026-11-23") }),
    falseAlarms: falseAlarmReport([{ alarms: 12, claimed: true, ruling: "agree", reopened: "none" }]),
    page: "http://h/downtime",
  });

describe.each([
  ["a quiet week", quiet, "DOWNTIME 2026-11-16 – 2026-11-23: grid offline 0s, 0 service outages, 0 job-hours held"],
  [
    "a week with outages",
    busy,
    "DOWNTIME 2026-11-16 – 2026-11-23: grid offline 12m, 3 service outages, 41 job-hours held",
  ],
])("the mail on %s", (_title, facts, expected) => {
  const { subject, body, headers, messageId } = mailOf(facts);
  test("has the totals in its subject", () => expect(subject).toBe(expected));
  test("has every field", () => {
    for (const part of [
      "Grid offline",
      "Outages",
      "Jobs held",
      "Machines idle",
      "Attempts lost",
      "Target",
      "False alarms",
      "Report",
    ])
      expect(body).toContain(part);
    expect(`${subject}${body}`).not.toMatch(/undefined|null|NaN|Infinity|\[object|[Ff]ail/);
  });
  test("escapes hostile names", () => {
    for (const line of [subject, messageId, ...Object.values(headers)]) expect(line).not.toMatch(/[\r\n\u0000\u001b]/);
    expect(body).not.toMatch(/[\u0000\u001b\r]|^Bcc:/m);
  });
  test("is the same mail each time it is created", () => expect(mailOf(facts)).toEqual(mailOf(facts)));
});
