import type { DowntimeReport } from "./report.js";
import type { ServiceDowntime } from "./service-downtime.js";

const columns = [
  "service",
  "outages",
  "flaps",
  "totalMs",
  "longestMs",
  "plannedMs",
  "unplannedMs",
  "degradedMs",
  "mtbfMs",
  "mttrMs",
  "jobsHeld",
  "heldMs",
  "idleMs",
] as const satisfies readonly (keyof ServiceDowntime)[];

/** The services of a report as RFC 4180 CSV, with a header; durations in ms, empty where there is no value. */
export function toCsv({ services }: DowntimeReport): string {
  const lines = [columns, ...services.map((service) => columns.map((column) => service[column] ?? ""))];
  return lines.map((fields) => `${fields.map(escapeField).join(",")}\r\n`).join("");
}

function escapeField(value: string | number): string {
  const text = String(value);
  // A spreadsheet would take these for formulas.
  const safe = /^[=+\-@\t]/.test(text) && typeof value === "string" ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
