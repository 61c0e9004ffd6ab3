import { formatDuration } from "../domain/duration.js";
import { headersOf, messageIdOf, type Message, oneLine, paragraphs, table } from "./message.js";

/** One outage in a notice to the admins. Times are ISO, durations in ms. */
export interface OutageNews {
  outageId: string;
  service: string;
  machine: string | null;
  severity: "degraded" | "down";
  startedAt: string;
  endedAt: string | null;
  lastedMs: number;
  detail: string;
  flaps: number;
  /** The service that is to be mended first. */
  cause: string | null;
  runbook: string | null;
  held: { owner: string; jobs: number }[];
  heldMs: number;
}

export interface OutageMail {
  what: "opened" | "lasting" | "closed";
  /** At least one. */
  outages: OutageNews[];
  /** How often was reminded of them. */
  reminders: number;
  page: string;
}

/** What admins are told of outages: when they begin, while they last, and when they are over. */
export function outageMail({ what, outages, reminders, page }: OutageMail): Message {
  const first = outages[0]!;
  const key = `${first.outageId}.${what}.${what === "lasting" ? `${first.flaps}.${reminders}` : first.flaps}`;
  return {
    messageId: messageIdOf("outage", key),
    jobId: null,
    submissionId: null,
    subject: oneLine(subjectOf(what, outages)),
    body: paragraphs([openings[what], ...outages.map(describe), table([["Grid", page]])]),
    headers: headersOf({
      Service: outages.map(({ service }) => service).join(" "),
      Outage: outages.map(({ outageId }) => outageId).join(" "),
    }),
  };
}

const openings = {
  opened: "What is down holds the jobs that need it; all others run on.",
  lasting: "This is down still; the jobs that need it are kept.",
  closed: "This is over; the jobs that were held run now, a few at first.",
} as const;

function subjectOf(what: OutageMail["what"], outages: readonly OutageNews[]): string {
  const names = [...new Set(outages.map(nameOf))];
  const services = `service${names.length === 1 ? "" : "s"} ${names.join(", ")}`;
  const [first] = outages;
  const bad = outages.every(({ severity }) => severity === "degraded") ? "DEGRADED" : "DOWN";
  switch (what) {
    case "opened":
      return `${bad} ${services}, since ${first!.startedAt}`;
    case "lasting":
      return `STILL ${bad} ${services}, for ${formatDuration(Math.max(...outages.map(({ lastedMs }) => lastedMs)))}`;
    case "closed":
      return `UP ${services}, after ${formatDuration(Math.max(...outages.map(({ lastedMs }) => lastedMs)))}`;
  }
}

function nameOf({ service, machine }: OutageNews): string {
  return machine === null ? service : `${service} on ${machine}`;
}

function describe(outage: OutageNews): string {
  const { severity, startedAt, endedAt, lastedMs, detail, flaps, cause, runbook, held, heldMs } = outage;
  const jobs = held.reduce((total, each) => total + each.jobs, 0);
  const owners = held.map(({ owner, jobs: count }) => `${owner} ${count}`).join(", ");
  return [
    oneLine(`Service ${nameOf(outage)}: ${endedAt === null ? severity : "up again"}`),
    table([
      ["Since", startedAt],
      ["Until", endedAt ?? "it lasts"],
      ["Lasted", formatDuration(lastedMs)],
      [endedAt === null ? "Probe says" : "Probe said", detail],
      ["Root cause", cause === null ? "its own, as far as is known" : `service ${cause} is down`],
      ["Came back and went again", `${flaps} times`],
      ["Jobs held", jobs === 0 ? "none" : `${jobs} (${owners})`],
      [endedAt === null ? "Cost so far" : "Cost", `${(heldMs / 3_600_000).toFixed(2)} job-hours held`],
      ["Runbook", runbook ?? "none given in grid.yaml"],
    ]),
  ].join("\n");
}
