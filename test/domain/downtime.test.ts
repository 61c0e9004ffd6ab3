import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { toCsv } from "../../domain/downtime/csv.js";
import type { DowntimeFacts } from "../../domain/downtime/facts.js";
import { reportDowntime } from "../../domain/downtime/report.js";
import type { Interval } from "../../domain/interval.js";
import { downtimeMail } from "../../mail/downtime.js";

const hour = 3_600_000;
const hours = (start: number, end: number): Interval => ({ start: start * hour, end: end * hour });
type Outage = DowntimeFacts["outages"][number];
const outage = (start: number, end: number, difference: Partial<Outage> = {}): Outage => ({
  ...hours(start, end),
  service: "nfs",
  machine: null,
  kind: "unplanned",
  severity: "down",
  flaps: 0,
  cause: null,
  hasBegun: true,
  hasEnded: true,
  ...difference,
});
const facts = (difference: Partial<DowntimeFacts> = {}): DowntimeFacts => ({
  interval: hours(0, 100),
  outages: [],
  pauses: [],
  holds: [],
  jobsHeldFor: {},
  jobsHeld: 0,
  heldTogether: [],
  leased: {},
  share: { attempts: 0, lost: 0, share: 0, target: 0.05, byIdentifier: [] },
  ...difference,
});
const serviceIn = (given: Partial<DowntimeFacts>, name = "nfs") =>
  reportDowntime(facts(given)).services.find(({ service }) => service === name)!;

describe("the downtime report", () => {
  test("tells of each service how often, how long, and how long between", () =>
    expect(serviceIn({ outages: [outage(10, 12), outage(50, 56, { flaps: 2 })] })).toMatchObject({
      outages: 2,
      flaps: 2,
      totalMs: 8 * hour,
      longestMs: 6 * hour,
      plannedMs: 0,
      unplannedMs: 8 * hour,
      mtbfMs: 46 * hour,
      mttrMs: 4 * hour,
    }));

  test("what a window covers is planned, whatever the probes said", () =>
    expect(
      serviceIn({
        outages: [outage(10, 20)],
        pauses: [{ ...hours(8, 14), kind: "maintenance", scope: "service", name: "nfs" }],
      }),
    ).toMatchObject({ totalMs: 12 * hour, plannedMs: 6 * hour, unplannedMs: 6 * hour }));

  test("what only degraded a service was not downtime", () =>
    expect(serviceIn({ outages: [outage(1, 3, { severity: "degraded" })] })).toMatchObject({
      outages: 0,
      totalMs: 0,
      degradedMs: 2 * hour,
      mtbfMs: null,
    }));

  test("prices an outage in job-hours held and in machine-hours idle while work waited", () => {
    const given = {
      outages: [outage(10, 14), outage(12, 13, { service: "machine/beta" })],
      holds: [{ ...hours(10, 14), service: "nfs", reason: "infra/service-down", jobs: 3 }],
      jobsHeldFor: { nfs: 3 },
      jobsHeld: 3,
      heldTogether: [{ intervals: [hours(10, 14)], jobs: 3 }],
      leased: { alpha: [hours(0, 11)], beta: [] },
    };
    // Alpha was busy for the first of four hours, beta away for one of them.
    expect(serviceIn(given)).toMatchObject({ jobsHeld: 3, heldMs: 12 * hour, idleMs: 6 * hour });
    expect(reportDowntime(facts(given)).total).toMatchObject({ jobsHeld: 3, heldMs: 12 * hour, idleMs: 6 * hour });
  });

  test("charges an outage to the one that explains it", () => {
    const { ranking } = reportDowntime(
      facts({
        outages: [
          outage(10, 14, { cause: "network" }),
          outage(10, 14, { service: "network" }),
          outage(20, 21, { service: "mirror" }),
        ],
        holds: [
          { ...hours(10, 14), service: "nfs", reason: "infra/service-down", jobs: 5 },
          { ...hours(20, 21), service: "mirror", reason: "infra/service-down", jobs: 2 },
        ],
      }),
    );
    expect(ranking.map(({ service, heldMs }) => [service, heldMs / hour])).toEqual([
      ["network", 20],
      ["mirror", 2],
      ["nfs", 0],
    ]);
    expect(ranking[0]!.why).toContain("took down nfs");
  });

  test("the grid is offline while it is paused, its core is down, or every machine is away", () => {
    const { grid, offlineMeans } = reportDowntime(
      facts({
        outages: [
          outage(10, 12, { service: "grid/temporal" }),
          outage(11, 13, { service: "grid/database" }),
          outage(30, 35, { service: "machine/alpha" }),
          outage(34, 40, { service: "machine/beta" }),
          outage(60, 70, { service: "grid/relay" }),
        ],
        pauses: [{ ...hours(80, 84), kind: "pause", scope: "grid", name: "" }],
        leased: { alpha: [], beta: [] },
      }),
    );
    expect(grid).toEqual({ offlineMs: 8 * hour, times: 3, longestMs: 4 * hour });
    expect(offlineMeans).toContain("every machine is away");
  });

  const some = fc
    .tuple(
      fc.nat(99),
      fc.nat(30),
      fc.constantFrom("nfs", "mirror"),
      fc.constantFrom("unplanned" as const, "maintenance" as const),
    )
    .map(([start, length, service, kind]) => outage(start, Math.min(100, start + length), { service, kind }));
  const outages = fc.array(some, { maxLength: 12 });

  test("counts overlaps once: planned and unplanned together are the total, as a recount hour by hour", () => {
    fc.assert(
      fc.property(outages, (each) => {
        for (const { service, plannedMs, unplannedMs, totalMs } of reportDowntime(facts({ outages: each })).services) {
          const down = Array.from({ length: 100 }, (_, at) => at).filter((at) =>
            each.some((one) => one.service === service && one.start <= at * hour && one.end > at * hour),
          );
          expect(totalMs).toBe(down.length * hour);
          expect(plannedMs + unplannedMs).toBe(totalMs);
        }
      }),
    );
  });

  test("an outage that is told twice costs no more time", () => {
    fc.assert(
      fc.property(outages, (each) => {
        const [once, twice] = [each, [...each, ...each]].map((told) => reportDowntime(facts({ outages: told })));
        expect(twice!.services.map(({ totalMs }) => totalMs)).toEqual(once!.services.map(({ totalMs }) => totalMs));
        expect(twice!.total.downMs).toBe(once!.total.downMs);
      }),
    );
  });

  test("as CSV quotes what needs it, and is no formula", () => {
    const report = reportDowntime(facts({ outages: [outage(1, 2, { service: '=a,"b' })] }));
    const [head, line] = toCsv(report).split("\r\n");
    expect(head).toMatch(/^service,outages,/);
    expect(line).toMatch(/^"'=a,""b",1,0,3600000,/);
  });

  test("as a mail says it all, with nothing missing", () => {
    const { subject, body } = downtimeMail({
      report: reportDowntime(facts({ outages: [outage(1, 3)] })),
      page: "http://grid/downtime",
    });
    expect(subject).toBe("DOWNTIME 1970-01-01 – 1970-01-05: grid offline 0.0s, 1 outages, 0.00 job-hours held");
    expect(body).toContain("1. nfs: 0.00 job-hours held");
    expect(`${subject}${body}`).not.toMatch(/undefined|NaN|null|fail/);
  });
});
