import { formatDuration } from "../domain/duration.js";
import { formatHours } from "../domain/downtime/ranking.js";
import type { DowntimeReport } from "../domain/downtime/report.js";
import { headersOf, messageIdOf, type Message, oneLine, paragraphs, table } from "./message.js";

/** The weekly mail to admins: what was down and what it cost. */
export function downtimeMail({ report, page }: { report: DowntimeReport; page: string }): Message {
  const { from, to, grid, total, services, ranking, share, offlineMeans } = report;
  const days = `${from.slice(0, 10)} – ${to.slice(0, 10)}`;
  const outages = services.reduce((count, service) => count + service.outages, 0);
  return {
    messageId: messageIdOf("downtime", to.slice(0, 10)),
    jobId: null,
    submissionId: null,
    subject: oneLine(
      `DOWNTIME ${days}: grid offline ${formatDuration(grid.offlineMs)}, ${outages} outages, ${formatHours(total.heldMs)} job-hours held`,
    ),
    body: paragraphs([
      table([
        ["From", from],
        ["To", to],
        [
          "Grid offline",
          `${formatDuration(grid.offlineMs)} in ${grid.times} times, the longest ${formatDuration(grid.longestMs)}`,
        ],
        ["Jobs held", `${total.jobsHeld} for ${formatHours(total.heldMs)} job-hours`],
        ["Machines idle", `${formatHours(total.idleMs)} hours while work waited`],
        [
          "Attempts lost",
          `${share.lost} of ${share.attempts} to infrastructure, target ${(share.target * 100).toFixed(1)} %`,
        ],
      ]),
      ranking.length === 0
        ? "Nothing was down."
        : `What to mend first\n${ranking.map(({ service, why }, index) => `  ${index + 1}. ${oneLine(`${service}: ${why}`, 400)}`).join("\n")}`,
      offlineMeans,
      table([["Report", page]]),
    ]),
    headers: headersOf({ Report: "downtime" }),
  };
}
