import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { Database } from "../../db/connect.js";
import { readHolds, readSpans } from "../../db/reports/metric-figures.js";
import { shared } from "./shared.js";
import { countMails } from "../../db/mail/mails.js";
import { countJobs } from "../../db/jobs/job-views.js";
import { readGridView } from "../../db/grid/grid-view.js";

/** The figures are read at most this often, no matter how many clients ask. */
const freshMs = 5_000;

/** Figures of the grid for Prometheus. Their names are documented in docs/integration.md. */
export function createMetrics(database: Database, countStreams: () => number) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "holdfast_api_" });
  const gauge = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Gauge({ name: `holdfast_${name}`, help, labelNames, registers: [registry] });
  const jobs = gauge("jobs", "Unfinished jobs by state", "state");
  const waiting = gauge("queue_jobs", "Jobs that wait for a machine or are held, by reason", "reason");
  const held = gauge("held_jobs", "Held jobs by the service that they wait for", "service");
  const oldest = gauge("oldest_hold_seconds", "How long the job that is held longest has been held");
  const finished = gauge("jobs_finished_last_day", "Jobs that ended in the last 24 hours, by verdict", "verdict");
  const duration = gauge("job_seconds_last_day", "Median time from start to end of jobs of the last 24 hours");
  const queued = gauge("queue_seconds_last_day", "Median time from submission to start of jobs of the last 24 hours");
  const services = gauge("service_up", "1 if a service is up, else 0", "service");
  const machines = gauge("machine_online", "1 if the agent of a machine reports, else 0", "machine");
  const outages = gauge("open_outages", "Outages that have not ended");
  const streams = gauge("event_streams", "Clients that follow events");
  const mailsDue = gauge("mails_due", "Mails that are to be sent");
  const mailsRefused = gauge("mails_refused", "Mails that a relay refused for good");
  const read = shared(freshMs, async () => {
    const [counts, mails, view, holds, spans] = await Promise.all([
      countJobs(database),
      countMails(database),
      readGridView(database),
      readHolds(database),
      readSpans(database),
    ]);
    for (const each of [jobs, waiting, held, finished, services, machines]) each.reset();
    for (const [state, count] of Object.entries(counts.states)) jobs.set({ state }, count);
    for (const [verdict, count] of Object.entries(counts.lastDay)) finished.set({ verdict }, count);
    waiting.set({ reason: "machine" }, spans.waiting);
    for (const { reason, service, count } of holds) {
      waiting.inc({ reason }, count);
      if (service !== null) held.inc({ service }, count);
    }
    oldest.set(Math.max(0, ...holds.map(({ seconds }) => seconds)));
    duration.set(spans.duration ?? 0);
    queued.set(spans.queued ?? 0);
    outages.set(spans.outages);
    for (const { name, state } of view.services) services.set({ service: name }, state === "up" ? 1 : 0);
    for (const { name, online } of view.machines) machines.set({ machine: name }, online ? 1 : 0);
    mailsDue.set(mails.mailsDue);
    mailsRefused.set(mails.mailsRefused);
  });

  return {
    contentType: registry.contentType,
    async text(): Promise<string> {
      await read();
      streams.set(countStreams());
      return registry.metrics();
    },
  };
}
