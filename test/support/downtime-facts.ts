import { reportDowntime } from "../../domain/reports/downtime-report.js";
import type { DowntimeFacts, OutageFact, PauseFact, Span } from "../../domain/reports/downtime-facts.js";

export const second = 1_000;
/** A second after the epoch, as ISO time. */
export const iso = (at: number) => new Date(at * second).toISOString();
export const span = (since: number, until: number | null): Span => ({
  since: iso(since),
  until: until === null ? null : iso(until),
});
/** An outage of a service; by default unplanned and in the whole grid. */
export const outage = (
  service: string,
  since: number,
  until: number | null,
  more: Partial<OutageFact> = {},
): OutageFact => ({
  service,
  machine: null,
  kind: "unplanned",
  severity: "down",
  cause: null,
  ...more,
  ...span(since, until),
});
/** Maintenance of a service, or of the grid if the name is empty. */
export const maintenance = (name: string, since: number, until: number | null): PauseFact => ({
  kind: "maintenance",
  scope: name === "" ? "grid" : "service",
  name,
  ...span(since, until),
});
/** Jobs that were held at these times, each for a service or for an `infra/` reason. */
export const holds = (jobs: number, ...each: [string, number, number][]): DowntimeFacts["holds"][number] => ({
  jobs,
  holds: each.map(([name, since, until]) => ({
    service: name.startsWith("infra/") ? null : name,
    reason: name === "infra/no-machine" ? name : null,
    spans: [span(since, until)],
  })),
});
/** A machine that existed in these seconds. */
export const machine = (
  name: string,
  busy: Span[] = [],
  since: number | null = null,
  until: number | null = null,
): DowntimeFacts["machines"][number] => ({
  machine: name,
  busy,
  since: since === null ? null : iso(since),
  until: until === null ? null : iso(until),
});
const nothing: DowntimeFacts = {
  knownSince: iso(0),
  now: iso(100_000),
  services: [
    { service: "nfs", since: null },
    { service: "mirror", since: null },
  ],
  machines: [machine("alpha"), machine("beta")],
  outages: [],
  pauses: [],
  holds: [],
  attempts: [],
  shareTarget: 0.05,
  shareTargets: {},
};
/** The report of a grid with two idle machines and two services, except for these facts. */
export const report = (facts: Partial<DowntimeFacts>, from = 0, to = 1_000) =>
  reportDowntime({ ...nothing, ...facts }, { start: from * second, end: to * second });
export const service = (facts: Partial<DowntimeFacts>, name = "nfs", from = 0, to = 1_000) =>
  report(facts, from, to).services.find((entry) => entry.service === name)!;
export const seconds = (ms: number | null) => (ms === null ? null : ms / second);
