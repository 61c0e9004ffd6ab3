import type { DowntimeReport } from "../domain/downtime.js";
import { formatCount, formatHours, formatShare, formatSpan } from "../domain/downtime/wording.js";
import { headersOf, type Message, messageIdOf, oneLine, paragraphs, table } from "./message.js";

/** What admins are told each week. */
export interface DowntimeMail {
  report: DowntimeReport;
  /** Address of the report's page. */
  page: string;
}

const rankShown = 10;

/** The mail of one interval: made twice, it bears the same id. */
export function downtimeMail({ report, page }: DowntimeMail): Message {
  const { from, to, grid, outages, cost, ranking, infrastructureShare: level } = report;
  const [firstDay, lastDay] = [from.slice(0, 10), to.slice(0, 10)];
  const troubled = report.services.filter(({ downtimeMs, degradedMs }) => downtimeMs + degradedMs > 0);
  return {
    messageId: messageIdOf("downtime", `${Date.parse(from)}-${Date.parse(to)}`),
    jobId: null,
    submissionId: null,
    subject: oneLine(
      `DOWNTIME ${firstDay} – ${lastDay}: grid offline ${formatSpan(grid.offlineMs)}, ${formatCount(outages, "outage")}, ${formatHours(cost.jobHeldMs)} job-hours held`,
    ),
    body: paragraphs([
      `What the grid could not do from ${from} to ${to}, and what it cost.`,
      table([
        ["Grid offline", `${formatSpan(grid.offlineMs)}, ${formatSpan(grid.plannedMs)} of it planned`],
        ["Outages", String(outages)],
        ["Jobs held", `${cost.jobsHeld}, for ${formatHours(cost.jobHeldMs)} job-hours`],
        ["Machines idle", `${formatHours(cost.machineIdleMs)} machine-hours while work waited`],
        ["Attempts lost", `${formatShare(level.share)} (${level.lost} of ${level.attempts})`],
        ["Target", `at most ${formatShare(level.target)}${level.isMet === false ? ": missed" : ""}`],
        ["Report", page],
      ]),
      "What to mend first:",
      ranking.length === 0
        ? "  nothing"
        : table(ranking.slice(0, rankShown).map(({ name, why }, index) => [`${index + 1}. ${oneLine(name)}`, why])),
      "Services that were not always up:",
      troubled.length === 0
        ? "  none"
        : table(
            troubled.map((service) => [
              oneLine(service.service),
              `down ${formatSpan(service.downtimeMs)} (planned ${formatSpan(service.plannedMs)}), ${formatCount(service.outages, "outage")}, longest ${formatSpan(service.longestMs)}, MTBF ${formatSpan(service.mtbfMs)}, MTTR ${formatSpan(service.mttrMs)}, degraded ${formatSpan(service.degradedMs)}`,
            ]),
          ),
      grid.offlineMeans,
    ]),
    headers: headersOf({ From: from, To: to }),
  };
}
