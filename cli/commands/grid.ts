import type { Command } from "@commander-js/extra-typings";
import { connectGrid, type Context, type GlobalOptions } from "../context.js";
import { formatTable } from "../table.js";

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
    "who waits for what",
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

  show(
    "grid",
    "the grid at a glance",
    () => grid().grid(),
    ({ states, lastDay, services, machines, mailsDue }) => {
      const counts = [
        ...Object.entries(states),
        ...Object.entries(lastDay).map(([verdict, count]) => [`${verdict} in the last day`, count] as const),
      ];
      return [
        counts.map(([name, count]) => `${count} ${name}`).join(", ") || "no jobs",
        `machines: ${machines.map(({ name, state, health }) => `${name} ${state}${health === "good" ? "" : ` (${health})`}`).join(", ")}`,
        `services: ${services.map(({ name, state }) => `${name} ${state}`).join(", ") || "none"}`,
        `mails due: ${mailsDue}`,
      ].join("\n");
    },
  );

  show(
    "services",
    "the services that are watched",
    async () => (await grid().grid()).services,
    (services) =>
      formatTable(
        ["service", "state", "since", "probe says"],
        services.map(({ name, state, since, detail }) => [name, state, since, detail]),
      ),
  );

  show(
    "machines",
    "the machines",
    async () => (await grid().grid()).machines,
    (machines) =>
      formatTable(
        ["machine", "state", "health", "slots", "jobs", "facts"],
        machines.map(({ name, state, health, slots, jobs, facts }) => [
          name,
          state,
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
