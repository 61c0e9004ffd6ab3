import { formatCsv } from "./csv.js";
import type { DowntimeReport } from "./downtime-report.js";
import type { Cost } from "./downtime-cost.js";

const columns = [
  "kind",
  "name",
  "from",
  "to",
  "outages",
  "downtimeMs",
  "longestMs",
  "plannedMs",
  "unplannedMs",
  "degradedMs",
  "mtbfMs",
  "mttrMs",
  "jobsHeld",
  "jobHeldMs",
  "machineIdleMs",
  "rank",
] as const;
type Row = { [Column in (typeof columns)[number]]?: string | number | null };

/** The report as a table for spreadsheets: the grid, each service, and each reason that is not a service. */
export function downtimeCsv({ from, to, grid, services, cost, ranking }: DowntimeReport): string {
  const { services: heldForServices, reasons, ...wholeCost } = cost;
  const ranks = new Map(ranking.map(({ name }, index) => [name, index + 1]));
  const measured = new Set(services.map(({ service }) => service));
  const nobodyHeld: Cost = { jobsHeld: 0, jobHeldMs: 0, machineIdleMs: 0 };
  const rows: Row[] = [
    { ...grid, ...wholeCost, kind: "grid", name: "grid", outages: grid.spells.length, downtimeMs: grid.offlineMs },
    ...services.map((entry) => ({
      ...nobodyHeld,
      ...heldForServices.find(({ service }) => service === entry.service),
      ...entry,
      kind: "service",
      name: entry.service,
    })),
    ...heldForServices
      .filter(({ service }) => !measured.has(service))
      .map((entry) => ({ ...entry, kind: "service", name: entry.service })),
    ...reasons.map((entry) => ({ ...entry, kind: "reason", name: entry.reason })),
  ].map((row) => ({ ...row, from, to, rank: ranks.get(row.name) ?? null }));
  return formatCsv([columns, ...rows.map((row) => columns.map((column) => row[column] ?? null))]);
}
