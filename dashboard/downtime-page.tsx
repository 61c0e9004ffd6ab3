import type { DowntimeReport } from "../domain/reports/downtime-report.js";
import { formatCount, formatHours, formatShare, formatSpan } from "../domain/reports/downtime-wording.js";
import { FalseAlarms, type FalseAlarmsView } from "./false-alarms.js";
import { IntervalForm } from "./interval-form.js";
import { renderPage, type Reader } from "./layout.js";
import { type OutageLine, OutageTable } from "./outage-table.js";
import { servicePageOf } from "./state-table.js";
import { Timeline } from "./timeline.js";

export interface DowntimePage {
  reader: Reader;
  report: DowntimeReport;
  falseAlarms: FalseAlarmsView;
  outages: OutageLine[];
}

export function downtimePage({ report, falseAlarms, outages, reader }: DowntimePage): string {
  const { from, to, grid } = report;
  const shown = report.services.filter(({ timeline }) => timeline.length > 0);
  const asCsv = `/api/v1/downtime?${new URLSearchParams({ from, to, format: "csv" }).toString()}`;
  const rows = [
    {
      name: "grid offline",
      bars: grid.spells.map(({ planned, because, ...times }) => ({
        ...times,
        kind: planned ? "maintenance" : "unplanned",
        detail: because.join(", "),
      })),
    },
    ...shown.map(({ service, timeline }) => ({
      name: service,
      bars: timeline.map((bar) => ({ ...bar, kind: bar.trouble, detail: bar.trouble })),
    })),
  ];
  return renderPage({ title: "Downtime", live: null, reader }, [
    <h2>Downtime</h2>,
    <IntervalForm path="/downtime" from={from} to={to} />,
    <p>
      <a href={asCsv}>as CSV</a>
    </p>,
    <p>
      Grid offline {formatSpan(grid.offlineMs)} ({formatSpan(grid.plannedMs)} of it planned),{" "}
      {formatCount(report.outages, "service outage")}, {formatCount(report.cost.jobsHeld, "job")} held for{" "}
      {formatHours(report.cost.jobHeldMs)} job-hours, {formatHours(report.cost.machineIdleMs)} machine-hours idle while
      work waited.
    </p>,
    <Timeline from={from} to={to} rows={rows} />,
    <p class="soft">
      <span class="key unplanned" /> unplanned <span class="key maintenance" /> maintenance{" "}
      <span class="key degraded" /> degraded, or on some machines only. {grid.offlineMeans}
    </p>,
    <h2>What to fix first</h2>,
    report.ranking.length === 0 ? <p class="soft">Nothing.</p> : null,
    <ol>
      {report.ranking.map(({ name, why }) => (
        <li>
          {name}: {why}
        </li>
      ))}
    </ol>,
    <h2>Services</h2>,
    <ServiceTable {...report} />,
    <h2>Held without a service to blame</h2>,
    report.cost.reasons.length === 0 ? <p class="soft">No job.</p> : null,
    <table class="figures" tabIndex={0}>
      {report.cost.reasons.map(({ reason, jobsHeld, jobHeldMs, machineIdleMs }) => (
        <tr>
          <td>{reason}</td>
          <td>{formatCount(jobsHeld, "job")}</td>
          <td>{formatHours(jobHeldMs)} job-hours</td>
          <td>{formatHours(machineIdleMs)} machine-hours idle</td>
        </tr>
      ))}
    </table>,
    <h2>Attempts lost to infrastructure</h2>,
    <Share {...report.infrastructureShare} />,
    <FalseAlarms falseAlarms={falseAlarms} />,
    <h2>Outages</h2>,
    outages.length === 0 ? <p class="soft">None.</p> : <OutageTable outages={outages} />,
  ]);
}

function ServiceTable({ services, cost }: DowntimeReport) {
  const heads = ["Service", "Outages", "Down", "Unplanned", "Planned", "Longest", "MTBF", "MTTR", "Degraded"];
  return (
    <table class="figures" tabIndex={0}>
      <tr>
        {[...heads, "Jobs held", "Job-hours", "Idle hours"].map((head) => (
          <th>{head}</th>
        ))}
      </tr>
      {services.map((service) => {
        const own = cost.services.find((entry) => entry.service === service.service);
        return (
          <tr>
            <td>
              <a href={servicePageOf(service.service)}>{service.service}</a>
            </td>
            <td>{service.outages}</td>
            <td class={service.unplannedMs > 0 ? "bad" : ""}>{formatSpan(service.downtimeMs)}</td>
            <td>{formatSpan(service.unplannedMs)}</td>
            <td>{formatSpan(service.plannedMs)}</td>
            <td>{formatSpan(service.longestMs)}</td>
            <td>{formatSpan(service.mtbfMs)}</td>
            <td>{formatSpan(service.mttrMs)}</td>
            <td>{formatSpan(service.degradedMs)}</td>
            <td>{own?.jobsHeld ?? 0}</td>
            <td>{formatHours(own?.jobHeldMs ?? 0)}</td>
            <td>{formatHours(own?.machineIdleMs ?? 0)}</td>
          </tr>
        );
      })}
    </table>
  );
}

function Share({ attempts, lost, share, target, isMet, lostBy }: DowntimeReport["infrastructureShare"]) {
  const named = lostBy.map(
    (entry) =>
      `${entry.attempts} ${entry.failureIdentifier ?? "without a name"} (${formatShare(entry.share)}${entry.target === null ? "" : `, target ${formatShare(entry.target)}`})`,
  );
  return (
    <p>
      <span class={isMet === false ? "bad" : "good"}>{formatShare(share)}</span>: {lost} of {attempts} attempts, target{" "}
      {formatShare(target)}. <span class="soft">{named.join(", ")}</span>
    </p>
  );
}
