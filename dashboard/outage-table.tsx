import { formatCount, formatSpan } from "../domain/reports/downtime-wording.js";
import { toneOf } from "./layout.js";
import { servicePageOf } from "./state-table.js";
import { minuteOf } from "./timeline.js";

/** An outage as a table shows it. Times are ISO; `endedAt` is null while the outage is ongoing. */
export interface OutageLine {
  service: string;
  machine: string | null;
  kind: string;
  severity: string;
  startedAt: string;
  endedAt: string | null;
  durationMs: number;
  flaps: number;
  cause: string | null;
  jobsHeld: number;
}

export function OutageTable({ outages }: { outages: readonly OutageLine[] }) {
  return (
    <table class="figures" tabIndex={0}>
      {outages.map((outage) => (
        <tr>
          <td>
            <a href={servicePageOf(outage.service)}>{outage.service}</a>
            {outage.machine === null ? "" : ` on ${outage.machine}`}
          </td>
          <td class={toneOf(outage.kind === "maintenance" ? "maintenance" : outage.severity)}>
            {outage.kind === "maintenance" ? "maintenance" : outage.severity}
          </td>
          <td>{formatSpan(outage.durationMs)}</td>
          <td>{outage.jobsHeld === 0 ? "" : `${formatCount(outage.jobsHeld, "job")} held`}</td>
          <td>{outage.cause === null ? "" : `because of ${outage.cause}`}</td>
          <td>{outage.flaps === 0 ? "" : formatCount(outage.flaps, "flap")}</td>
          <td class="soft">
            {minuteOf(outage.startedAt)} – {outage.endedAt === null ? "ongoing" : minuteOf(outage.endedAt)}
          </td>
        </tr>
      ))}
    </table>
  );
}
