import type { DowntimeReport } from "../../domain/reports/downtime-report.js";
import { formatCount, formatHours, formatShare, formatSpan } from "../../domain/reports/downtime-wording.js";
import { timeOf } from "../../domain/time/time-text.js";
import { type FalseAlarmReport, falseAlarmText } from "../../domain/verdict/false-alarms.js";
import type { Fact } from "../mail-document.js";
import { type Message, messageOf } from "../message.js";
import { oneLine } from "../rendering/plain.js";

/** The weekly report for admins. */
export interface DowntimeMail {
  from: string;
  report: DowntimeReport;
  falseAlarms: FalseAlarmReport;
  /** Address of the report's page. */
  page: string;
}

const rankShown = 10;
const servicesShown = 30;

/** The mail about one interval. It has the same id each time it is made. */
export function downtimeMail({ from: sender, report, falseAlarms, page }: DowntimeMail): Message {
  const { from, to, grid, outages, cost, ranking, infrastructureShare: level } = report;
  const [firstDay, lastDay] = [from.slice(0, 10), to.slice(0, 10)];
  const troubled = report.services.filter(({ downtimeMs, degradedMs }) => downtimeMs + degradedMs > 0);
  const title = `${firstDay} – ${lastDay}: grid offline ${formatSpan(grid.offlineMs)}, ${formatCount(outages, "service outage")}, ${formatHours(cost.jobHeldMs)} job-hours held`;
  const rank = ranking
    .slice(0, rankShown)
    .map(({ name, why }, index): Fact => ({ name: `${index + 1}. ${oneLine(name, 80)}`, value: why }));
  const services = troubled.slice(0, servicesShown).map((service): Fact => ({
    name: service.service,
    value: `down ${formatSpan(service.downtimeMs)} (planned ${formatSpan(service.plannedMs)}), ${formatCount(service.outages, "outage")}, longest ${formatSpan(service.longestMs)}, MTBF ${formatSpan(service.mtbfMs)}, MTTR ${formatSpan(service.mttrMs)}, degraded ${formatSpan(service.degradedMs)}`,
  }));
  return messageOf({
    kind: "downtime",
    id: `${Date.parse(from)}-${Date.parse(to)}`,
    from: sender,
    jobId: null,
    submissionId: null,
    subject: `DOWNTIME ${title}`,
    document: {
      tone: "plain",
      badge: "DOWNTIME",
      title,
      lead: [`What was down from ${timeOf(from)} to ${timeOf(to)}, and what it cost.`],
      parts: [
        {
          kind: "facts",
          title: "The grid",
          facts: [
            {
              name: "Grid offline",
              value: `${formatSpan(grid.offlineMs)}, ${formatSpan(grid.plannedMs)} of it planned`,
            },
            { name: "Outages", value: String(outages) },
            { name: "Jobs held", value: `${cost.jobsHeld}, for ${formatHours(cost.jobHeldMs)} job-hours` },
            {
              name: "Machines idle",
              value: `${formatHours(cost.machineIdleMs)} machine-hours while jobs waited`,
            },
            { name: "Attempts lost", value: `${formatShare(level.share)} (${level.lost} of ${level.attempts})` },
            {
              name: "Target",
              value: `at most ${formatShare(level.target)}${level.isMet === false ? ": missed" : ""}`,
            },
            { name: "False alarms", value: falseAlarmText(falseAlarms) },
            { name: "Report", value: page, link: page },
          ],
        },
        { kind: "facts", title: "What to fix first", facts: rank.length === 0 ? [nothing] : rank },
        {
          kind: "facts",
          title: "Services that were down",
          facts: services.length === 0 ? [nothing] : services,
        },
        { kind: "prose", title: "What offline means", lines: [grid.offlineMeans] },
      ],
    },
    about: { From: from, To: to },
    list: "admins",
    thread: "downtime",
  });
}

const nothing: Fact = { name: "None", value: "no service held a job" };
