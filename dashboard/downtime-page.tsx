import { formatDuration } from "../domain/duration.js";
import { formatHours } from "../domain/downtime/ranking.js";
import type { DowntimeReport } from "../domain/downtime/report.js";
import type { ServiceDowntime } from "../domain/downtime/service-downtime.js";
import { renderPage } from "./layout.js";

export interface DowntimePage {
  report: DowntimeReport;
  outages: {
    outageId: string;
    service: string;
    machine: string | null;
    kind: string;
    severity: string;
    startedAt: string;
    endedAt: string | null;
    lastedMs: number;
    flaps: number;
    cause: string | null;
    detail: string;
    jobsHeld: number;
  }[];
}

const dayMs = 86_400_000;

/** Downtime and its price, with a timeline. */
export function downtimePage({ report, outages }: DowntimePage): string {
  const { from, to, grid, total, ranking, share, offlineMeans } = report;
  return renderPage("Downtime", true, [
    <h2>
      Downtime from {from} to {to}
    </h2>,
    <p>
      {[1, 7, 30].map((days) => (
        <a class="choice" href={`/downtime?from=${new Date(Date.now() - days * dayMs).toISOString()}`}>
          {days === 1 ? "last day" : `last ${days} days`}
        </a>
      ))}
      <a class="choice" href={`/api/v1/downtime?from=${from}&to=${to}&format=csv`}>
        CSV
      </a>
    </p>,
    <p>
      {`Grid offline for ${formatDuration(grid.offlineMs)} in ${grid.times} ${grid.times === 1 ? "time" : "times"}. `}
      {`${total.jobsHeld} jobs were held for ${formatHours(total.heldMs)} job-hours; machines were idle for ${formatHours(total.idleMs)} hours while work waited.`}
    </p>,
    <p class="soft">{offlineMeans}</p>,
    <Timeline report={report} outages={outages} />,
    <h2>What to mend first</h2>,
    ranking.length === 0 ? <p class="soft">Nothing was down.</p> : null,
    <ol>
      {ranking.map(({ service, why }) => (
        <li>
          <b>{service}</b>: {why}
        </li>
      ))}
    </ol>,
    <h2>Services</h2>,
    <Services services={report.services} />,
    <h2>Attempts lost to infrastructure</h2>,
    <p class={share.share > share.target ? "bad" : "good"}>
      {`${percent(share.share)} of ${share.attempts} attempts (target ${percent(share.target)})`}
    </p>,
    <table>
      {share.byIdentifier.map(({ identifier, attempts }) => (
        <tr>
          <td>{identifier}</td>
          <td>{attempts}</td>
        </tr>
      ))}
    </table>,
    <h2>Outages</h2>,
    <Outages outages={outages} />,
  ]);
}

function Timeline({ report, outages }: DowntimePage) {
  const [start, end] = [Date.parse(report.from), Date.parse(report.to)];
  const names = [...new Set(outages.map(({ service }) => service))].sort();
  if (names.length === 0) return null;
  const share = (time: number) => ((Math.min(Math.max(time, start), end) - start) / (end - start)) * 100;
  return (
    <table class="timeline">
      {names.map((name) => (
        <tr>
          <td>{name}</td>
          <td class="wide">
            <svg width="100%" height="16" role="img" aria-label={`when ${name} was down`}>
              <rect width="100%" height="16" fill="var(--line)" opacity="0.4" />
              {outages
                .filter(({ service }) => service === name)
                .map(({ outageId, startedAt, endedAt, kind, severity, machine, lastedMs, detail }) => {
                  const [x, until] = [
                    share(Date.parse(startedAt)),
                    share(endedAt === null ? end : Date.parse(endedAt)),
                  ];
                  const tone = kind === "maintenance" ? "--soft" : severity === "degraded" ? "--held" : "--bad";
                  return (
                    <rect
                      key={outageId}
                      x={`${x}%`}
                      width={`${Math.max(0.3, until - x)}%`}
                      height="16"
                      fill={`var(${tone})`}
                    >
                      <title>{`${machine === null ? "" : `on ${machine}, `}${startedAt} – ${endedAt ?? "now"} (${formatDuration(lastedMs)}): ${detail}`}</title>
                    </rect>
                  );
                })}
            </svg>
          </td>
        </tr>
      ))}
    </table>
  );
}

function Services({ services }: { services: ServiceDowntime[] }) {
  const duration = (ms: number | null) => (ms === null ? "–" : formatDuration(ms));
  return (
    <table>
      <tr>
        {[
          "Service",
          "Outages",
          "Down",
          "Longest",
          "Planned",
          "Unplanned",
          "MTBF",
          "MTTR",
          "Jobs held",
          "Job-hours",
          "Idle machine-hours",
        ].map((name) => (
          <th>{name}</th>
        ))}
      </tr>
      {services.map((each) => (
        <tr>
          <td>{each.service}</td>
          <td>{`${each.outages}${each.flaps === 0 ? "" : ` (${each.flaps} flaps)`}`}</td>
          <td>{duration(each.totalMs)}</td>
          <td>{duration(each.longestMs)}</td>
          <td>{duration(each.plannedMs)}</td>
          <td>{duration(each.unplannedMs)}</td>
          <td>{duration(each.mtbfMs)}</td>
          <td>{duration(each.mttrMs)}</td>
          <td>{each.jobsHeld}</td>
          <td>{formatHours(each.heldMs)}</td>
          <td>{formatHours(each.idleMs)}</td>
        </tr>
      ))}
    </table>
  );
}

function Outages({ outages }: Pick<DowntimePage, "outages">) {
  return (
    <table>
      {outages.map(({ outageId, service, machine, kind, severity, startedAt, endedAt, cause, detail, jobsHeld }) => (
        <tr key={outageId}>
          <td>{machine === null ? service : `${service} on ${machine}`}</td>
          <td>{kind === "maintenance" ? kind : severity}</td>
          <td class="soft">
            {startedAt} – {endedAt ?? "now"}
          </td>
          <td>{`${jobsHeld} held`}</td>
          <td>
            {detail}
            {cause === null ? "" : ` (because ${cause} is down)`}
          </td>
        </tr>
      ))}
    </table>
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
