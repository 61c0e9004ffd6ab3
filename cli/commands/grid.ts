import type { Command } from "@commander-js/extra-typings";
import type { Audit, Grid } from "../../client/grid-client.js";
import { connectGrid, type Context, type GlobalOptions } from "../context.js";
import { formatTable, shorten } from "../table.js";

export function addGrid(program: Command<[], GlobalOptions>, context: Context): void {
  const { print } = context;
  const grid = () => connectGrid(program.opts(), context);
  const show = <T>(name: string, description: string, read: () => Promise<T>, format: (value: T) => string) =>
    program
      .command(name)
      .description(description)
      .option("--json")
      .action(async ({ json }) => {
        const value = await read();
        print(json === true ? JSON.stringify(value, null, 2) : format(value));
      });

  show(
    "queue",
    "show which jobs wait, and for what",
    () => grid().queue(),
    ({ submissions, classes }) => {
      const lines = [
        ...submissions.map(({ project, state, reason }) => ["", `submission of ${project}`, reason ?? state]),
        ...classes.map(({ waiting, test, reasons }) => [
          String(waiting),
          test,
          reasons.map(({ text }) => text).join("; ") || "machines are busy",
        ]),
      ];
      return lines.length === 0 ? "nothing waits" : formatTable(["waiting", "test", "because"], lines);
    },
  );

  program
    .command("grid")
    .description("show the grid, or its audit log")
    .option("--log", "who did what, and why")
    .option("--limit <count>", "lines of the log", "50")
    .option("--json")
    .action(async ({ log = false, limit, json }) => {
      const value = log ? await grid().audit({ limit }) : await grid().grid();
      if (json === true) return print(JSON.stringify(value, null, 2));
      print("audit" in value ? describeLog(value.audit) : describeGrid(value));
    });

  show(
    "services",
    "list the services that are watched",
    () => grid().grid(),
    ({ services, pauses }) =>
      formatTable(
        ["service", "state", "since", "probe said"],
        services.map(({ name, state, since, detail, cause, release }) => [
          name,
          describeState(state, stopsOf(pauses, "service", name)),
          since,
          [
            shorten(detail),
            cause === null ? "" : `because ${cause} is down`,
            release === null ? "" : `released gradually: ${release} jobs at a time`,
          ]
            .filter((part) => part !== "")
            .join("; "),
        ]),
      ),
  );

  show(
    "machines",
    "list the machines",
    () => grid().grid(),
    ({ machines, pauses }) =>
      formatTable(
        ["machine", "state", "health", "slots", "jobs", "facts"],
        machines.map(({ name, state, health, draining, slots, jobs, facts }) => [
          name,
          [state, ...(draining ? ["draining"] : []), ...stopsOf(pauses, "machine", name)].join(", "),
          health,
          String(slots),
          jobs.map(({ test }) => test).join(" "),
          Object.entries(facts)
            .map(([fact, value]) => `${fact}=${value}`)
            .join(" "),
        ]),
      ),
  );
}

/** Shows the end of maintenance as well. */
function describeState(state: string, stops: readonly string[]): string {
  return (state === "maintenance" && stops.length > 0 ? stops : [state, ...stops]).join(", ");
}

/** The pauses and maintenance windows that concern this thing, in a few words. */
function stopsOf(pauses: Grid["pauses"], scope: string, name: string): string[] {
  return pauses
    .filter((pause) => pause.scope === "grid" || (pause.scope === scope && pause.name === name))
    .map(
      ({ kind, until }) =>
        `${kind === "pause" ? "paused" : "in maintenance"}${until === null ? "" : ` until ${until}`}`,
    );
}

function describeGrid({ states, lastDay, services, machines, pauses, mailsDue, mailsRefused }: Grid): string {
  const counts = [
    ...Object.entries(states),
    ...Object.entries(lastDay).map(([verdict, count]) => [`${verdict} in the last day`, count] as const),
  ];
  return [
    counts.map(([name, count]) => `${count} ${name}`).join(", ") || "no jobs",
    ...pauses.map(
      ({ kind, scope, name, author, reason, until }) =>
        `${kind} of ${name === "" ? scope : `${scope}:${name}`} by ${author}${until === null ? "" : ` until ${until}`}: ${reason}`,
    ),
    `machines: ${machines.map(({ name, state, health }) => `${name} ${state}${health === "good" ? "" : ` (${health})`}`).join(", ")}`,
    `services: ${services.map(({ name, state }) => `${name} ${state}`).join(", ") || "none"}`,
    `mails due: ${mailsDue}${mailsRefused === 0 ? "" : `, refused: ${mailsRefused} (holdfast mails --state refused)`}`,
  ].join("\n");
}

function describeLog(audit: Audit["audit"]): string {
  const lines = audit.map(({ at, actor, action, target, detail }) => [at, actor, action, target, shorten(detail)]);
  return formatTable(["at", "who", "what", "of", "why"], lines);
}
