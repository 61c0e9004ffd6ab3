import { formatDuration } from "../../domain/time/duration.js";
import { timeOf } from "../../domain/time/time-text.js";
import type { Fact, Part } from "../mail-document.js";
import { type Message, messageOf } from "../message.js";
import { atMost, oneLine } from "../rendering/plain.js";

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
  /** The service to fix first. */
  cause: string | null;
  runbook: string | null;
  held: { owner: string; jobs: number }[];
  heldMs: number;
}

export interface OutageMail {
  from: string;
  what: "opened" | "lasting" | "closed";
  /** At least one. */
  outages: OutageNews[];
  /** The number of reminders so far. */
  reminders: number;
  page: string;
}

const outagesShown = 15;
const ownersShown = 10;

/** A notice for admins about outages: their beginning, reminders, and their end. */
export function outageMail({ from, what, outages, reminders, page }: OutageMail): Message {
  const first = outages[0]!;
  const title = titleOf(what, outages);
  const { shown, more } = atMost(outages, outagesShown);
  return messageOf({
    kind: "outage",
    id: `${first.outageId}.${what}.${what === "lasting" ? `${first.flaps}.${reminders}` : first.flaps}`,
    from,
    jobId: null,
    submissionId: null,
    subject: `${badgeOf(what, outages)} ${title}`,
    document: {
      tone: what === "closed" ? "good" : "held",
      badge: badgeOf(what, outages),
      title,
      lead: [openings[what]],
      parts: [
        ...shown.map(describe),
        {
          kind: "facts",
          title: "Links",
          facts: [
            ...(more === 0 ? [] : [{ name: "And more", value: `${more} services, see the grid's page` }]),
            { name: "Grid", value: page, link: page },
          ],
        },
      ],
    },
    about: {
      Service: outages.map(({ service }) => service).join(" "),
      Outage: outages.map(({ outageId }) => outageId).join(" "),
    },
    list: "admins",
    // Beginning, reminders and end of an outage share a thread.
    thread: `outage.${first.outageId}`,
  });
}

const openings = {
  opened: "Jobs that need it are held. All other jobs run.",
  lasting: "It is still down. The jobs that need it are held.",
  closed: "The outage is over. The held jobs run now, a few at first.",
} as const;

function badgeOf(what: OutageMail["what"], outages: readonly OutageNews[]): string {
  const bad = outages.every(({ severity }) => severity === "degraded") ? "DEGRADED" : "DOWN";
  return what === "closed" ? "UP" : what === "lasting" ? `STILL ${bad}` : bad;
}

function titleOf(what: OutageMail["what"], outages: readonly OutageNews[]): string {
  const names = [...new Set(outages.map(nameOf))];
  const services = oneLine(`service${names.length === 1 ? "" : "s"} ${names.join(", ")}`, 120);
  const [first] = outages;
  const longest = formatDuration(Math.max(...outages.map(({ lastedMs }) => lastedMs)));
  switch (what) {
    case "opened":
      return `${services}, since ${timeOf(first!.startedAt)}`;
    case "lasting":
      return `${services}, for ${longest}`;
    case "closed":
      return `${services}, after ${longest}`;
  }
}

function nameOf({ service, machine }: OutageNews): string {
  return oneLine(machine === null ? service : `${service} on ${machine}`, 80);
}

function describe(outage: OutageNews): Part {
  const { severity, startedAt, endedAt, lastedMs, detail, flaps, cause, runbook, held, heldMs } = outage;
  const jobs = held.reduce((total, each) => total + each.jobs, 0);
  const { shown, more } = atMost(held, ownersShown);
  const owners = shown.map(({ owner, jobs: count }) => `${owner} ${count}`).join(", ");
  const facts: Fact[] = [
    { name: "Since", value: timeOf(startedAt) },
    { name: "Until", value: endedAt === null ? "ongoing" : timeOf(endedAt) },
    { name: "Lasted", value: formatDuration(lastedMs) },
    { name: endedAt === null ? "Probe says" : "Probe said", value: oneLine(detail, 400) },
    {
      name: "Root cause",
      value:
        cause === null
          ? "the service itself, as far as is known"
          : `service ${cause} ${endedAt === null ? "is" : "was"} down`,
    },
    { name: "Came back and went down again", value: `${flaps} times` },
    { name: "Jobs held", value: jobs === 0 ? "none" : `${jobs} (${owners}${more === 0 ? "" : ` and ${more} more`})` },
    { name: endedAt === null ? "Cost so far" : "Cost", value: `${(heldMs / 3_600_000).toFixed(2)} job-hours held` },
    runbook === null
      ? { name: "Runbook", value: "none given in grid.yaml" }
      : { name: "Runbook", value: runbook, link: runbook },
  ];
  return { kind: "facts", title: `Service ${nameOf(outage)}: ${endedAt === null ? severity : "up again"}`, facts };
}
