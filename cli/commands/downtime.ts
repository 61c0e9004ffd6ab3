import type { Command } from "@commander-js/extra-typings";
import type { Downtime, Outages } from "../../client/grid-client.js";
import { toCsv } from "../../domain/downtime/csv.js";
import { formatHours } from "../../domain/downtime/ranking.js";
import { formatDuration, parseDuration } from "../../domain/duration.js";
import { connectGrid, type Context, type GlobalOptions } from "../context.js";
import { formatTable } from "../table.js";

/** What was down, and what it cost. */
export function addDowntime(program: Command<[], GlobalOptions>, context: Context): void {
  const { print } = context;
  const grid = () => connectGrid(program.opts(), context);

  program
    .command("downtime")
    .description("what was down for how long, what it cost, and what to mend first; without times of the last 7 days")
    .option("--from <time>", "a time, or how long ago, such as 30d")
    .option("--to <time>")
    .option("--csv")
    .option("--json")
    .action(async ({ from, to, csv, json }) => {
      const report = await grid().downtime(timesOf({ from, to }));
      if (json === true) print(JSON.stringify(report, null, 2));
      else print(csv === true ? toCsv(report).trimEnd() : describe(report));
    });

  program
    .command("outages")
    .description("when what was down, the latest first")
    .option("--service <name>")
    .option("--from <time>", "a time, or how long ago, such as 30d")
    .option("--to <time>")
    .option("--limit <count>", "at most this many", "50")
    .option("--before <key>", "the next page")
    .option("--json")
    .action(async ({ service, from, to, limit, before, json }) => {
      const times = timesOf({ from, to });
      const list = await grid().outages({
        ...times,
        limit,
        ...(service === undefined ? {} : { service }),
        ...(before === undefined ? {} : { before }),
      });
      print(json === true ? JSON.stringify(list, null, 2) : describeOutages(list));
    });
}

/** Times as the API takes them; `7d` means seven days ago. */
function timesOf(given: { from?: string | undefined; to?: string | undefined }): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, text]) => {
      if (text === undefined) return [];
      const agoMs = parseDuration(text);
      return [[name, agoMs === undefined ? text : new Date(Date.now() - agoMs).toISOString()]];
    }),
  );
}

function describe({ from, to, grid, services, otherHolds, total, ranking, share, offlineMeans }: Downtime): string {
  const duration = (ms: number | null) => (ms === null ? "–" : formatDuration(ms));
  const lines = services.map((each) => [
    each.service,
    `${each.outages}${each.flaps === 0 ? "" : ` (${each.flaps} flaps)`}`,
    duration(each.totalMs),
    duration(each.longestMs),
    duration(each.plannedMs),
    duration(each.unplannedMs),
    duration(each.mtbfMs),
    duration(each.mttrMs),
    String(each.jobsHeld),
    formatHours(each.heldMs),
    formatHours(each.idleMs),
  ]);
  const head = [
    "service",
    "outages",
    "down",
    "longest",
    "planned",
    "unplanned",
    "MTBF",
    "MTTR",
    "jobs held",
    "job-hours",
    "idle machine-hours",
  ];
  return [
    `from ${from} to ${to}`,
    `grid offline for ${formatDuration(grid.offlineMs)} in ${grid.times} times, the longest ${formatDuration(grid.longestMs)}`,
    `${total.jobsHeld} jobs held for ${formatHours(total.heldMs)} job-hours; machines idle for ${formatHours(total.idleMs)} hours while work waited`,
    `${share.lost} of ${share.attempts} attempts lost to infrastructure: ${(share.share * 100).toFixed(1)} %, target ${(share.target * 100).toFixed(1)} %`,
    ...share.byIdentifier.map(({ identifier, attempts }) => `  ${identifier} ${attempts}`),
    ...otherHolds.map(
      ({ reason, heldMs }) => `held without a service to blame: ${reason}, ${formatHours(heldMs)} job-hours`,
    ),
    ...(lines.length === 0 ? ["nothing was down"] : ["", formatTable(head, lines), "", "what to mend first:"]),
    ...ranking.map(({ service, why }, index) => `  ${index + 1}. ${service}: ${why}`),
    "",
    offlineMeans,
  ].join("\n");
}

function describeOutages({ outages, next }: Outages): string {
  if (outages.length === 0) return "no outages";
  const lines = outages.map((outage) => [
    outage.machine === null ? outage.service : `${outage.service} on ${outage.machine}`,
    outage.kind === "maintenance" ? outage.kind : outage.severity,
    outage.startedAt,
    outage.endedAt ?? "it lasts",
    formatDuration(outage.lastedMs),
    String(outage.jobsHeld),
    [outage.detail, outage.cause === null ? "" : `because ${outage.cause} is down`]
      .filter((part) => part !== "")
      .join("; "),
  ]);
  const table = formatTable(["service", "kind", "since", "until", "lasted", "jobs held", "why"], lines);
  return next === null ? table : `${table}\nmore: --before ${next}`;
}
