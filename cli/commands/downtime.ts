import type { Command } from "@commander-js/extra-typings";
import type { Downtime, OutageList } from "../../client/grid-client.js";
import { formatCount, formatHours, formatShare, formatSpan } from "../../domain/reports/downtime-wording.js";
import { parseDuration } from "../../domain/time/duration.js";
import { connectGrid, type Context, type GlobalOptions } from "../context.js";
import { formatTable } from "../table.js";

export const momentForms = "a time, a date, or how long ago: 2027-01-31T08:00:00Z, 2027-01-31, 7d";

export function addDowntime(program: Command<[], GlobalOptions>, context: Context): void {
  const { print } = context;
  const grid = () => connectGrid(program.opts(), context);

  program
    .command("downtime")
    .description("downtime of the last 7 days or of an interval, what it cost, and what to fix first")
    .option("--from <time>", momentForms, moment)
    .option("--to <time>", momentForms, moment)
    .option("--csv", "print a table for spreadsheets")
    .option("--json")
    .action(async ({ csv, json, ...interval }) => {
      if (csv === true) return print((await grid().downtimeCsv(interval)).trimEnd());
      const report = await grid().downtime(interval);
      print(json === true ? JSON.stringify(report, null, 2) : textOf(report));
    });

  program
    .command("outages")
    .description("list outages, newest first")
    .option("--service <name>")
    .option("--from <time>", momentForms, moment)
    .option("--to <time>", momentForms, moment)
    .option("--before <outageId>", "the next page: outages older than this one")
    .option("--limit <count>", "list at most this many", "50")
    .option("--json")
    .action(async ({ json, ...filter }) => {
      const list = await grid().outages(filter);
      print(json === true ? JSON.stringify(list, null, 2) : outageTable(list));
    });
}

/** Values are passed on unchanged; the API checks them. */
export function moment(text: string): string {
  const agoMs = parseDuration(text);
  return agoMs === undefined ? text : new Date(Date.now() - agoMs).toISOString();
}

function textOf({ from, to, grid, outages, services, cost, ranking, infrastructureShare: level }: Downtime): string {
  const held = (entry: { jobsHeld: number; jobHeldMs: number; machineIdleMs: number }) => [
    String(entry.jobsHeld),
    formatHours(entry.jobHeldMs),
    formatHours(entry.machineIdleMs),
  ];
  const rows = services.map((service) => [
    service.service,
    String(service.outages),
    ...[service.downtimeMs, service.unplannedMs, service.plannedMs, service.longestMs].map(formatSpan),
    ...[service.mtbfMs, service.mttrMs, service.degradedMs].map(formatSpan),
    ...held(
      cost.services.find((entry) => entry.service === service.service) ?? {
        jobsHeld: 0,
        jobHeldMs: 0,
        machineIdleMs: 0,
      },
    ),
  ]);
  const heads = ["service", "outages", "down", "unplanned", "planned", "longest", "MTBF", "MTTR", "degraded"];
  const costHeads = ["jobs held", "job-hours", "idle hours"];
  return [
    `${from} – ${to}`,
    `grid offline ${formatSpan(grid.offlineMs)} (planned ${formatSpan(grid.plannedMs)}), ${formatCount(outages, "service outage")}`,
    grid.offlineMeans,
    ...grid.spells.map(({ since, until, because }) => `  ${since} – ${until} ${because.join(", ")}`),
    `cost: ${formatCount(cost.jobsHeld, "job")} held for ${formatHours(cost.jobHeldMs)} job-hours, ${formatHours(cost.machineIdleMs)} machine-hours idle while work waited`,
    `attempts lost to infrastructure: ${formatShare(level.share)} (${level.lost} of ${level.attempts}), target ${formatShare(level.target)}`,
    ...level.lostBy.map(
      (entry) =>
        `  ${entry.attempts} ${entry.failureIdentifier ?? "without a name"}, ${formatShare(entry.share)}${entry.target === null ? "" : `, target ${formatShare(entry.target)}`}`,
    ),
    "",
    rows.length === 0 ? "no services" : formatTable([...heads, ...costHeads], rows),
    ...(cost.reasons.length === 0
      ? []
      : [
          "",
          formatTable(
            ["held for", ...costHeads],
            cost.reasons.map((entry) => [entry.reason, ...held(entry)]),
          ),
        ]),
    ...(ranking.length === 0 ? [] : ["", "what to fix first:"]),
    ...ranking.map(({ name, why }, index) => `  ${index + 1}. ${name}: ${why}`),
  ].join("\n");
}

function outageTable({ outages, next }: OutageList): string {
  if (outages.length === 0) return "no outages";
  const rows = outages.map((outage) => [
    outage.service,
    outage.machine ?? "",
    outage.kind === "maintenance" ? "maintenance" : outage.severity,
    outage.startedAt,
    outage.endedAt ?? "lasts",
    formatSpan(outage.durationMs),
    String(outage.flaps),
    String(outage.jobsHeld),
    outage.cause ?? "",
  ]);
  const heads = ["service", "machine", "what", "since", "until", "took", "flaps", "jobs held", "cause"];
  return [formatTable(heads, rows), ...(next === null ? [] : [`older ones: --before ${next}`])].join("\n");
}
