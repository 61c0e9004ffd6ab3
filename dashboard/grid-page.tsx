import { formatCount } from "../domain/reports/downtime-wording.js";
import { JobTable, type JobLine } from "./job-table.js";
import { isOperator } from "../domain/access/roles.js";
import { renderPage, toneOf, type Reader } from "./layout.js";
import { type PauseLine, Pauses } from "./scope-actions.js";
import { machinePageOf, servicePageOf, StateTable } from "./state-table.js";

export interface GridPage {
  reader: Reader;
  states: Record<string, number>;
  lastDay: Record<string, number>;
  services: {
    name: string;
    state: string;
    since: string;
    detail: string;
    own: boolean;
    cause: string | null;
    release: number | null;
  }[];
  pauses: PauseLine[];
  machines: {
    name: string;
    state: string;
    health: string;
    draining: boolean;
    facts: Record<string, string>;
    jobs: { jobId: string; test: string }[];
  }[];
  submissions: { submissionId: string; project: string; state: string; reason: string | null }[];
  queue: { test: string; waiting: number; reasons: { text: string }[] }[];
  jobs: JobLine[];
  mailsDue: number;
  mailsRefused: number;
}

export function gridPage(grid: GridPage): string {
  const troubled = grid.services.filter(({ state }) => state !== "up");
  const sound = grid.services.filter(({ own, state }) => !own && state === "up");
  return renderPage({ title: "Grid", live: "/api/v1/events", reader: grid.reader }, [
    <Summary {...grid} />,
    <Counts {...grid} />,
    <Pauses pauses={grid.pauses} role={grid.reader.role} />,
    troubled.length === 0 ? null : <h2>Services in trouble</h2>,
    troubled.length === 0 ? null : <Services services={troubled} />,
    sound.length === 0 ? null : <h2>Services</h2>,
    sound.length === 0 ? null : <Services services={sound} />,
    <h2>Machines</h2>,
    <table>
      {grid.machines.map(({ name, state, health, draining, facts, jobs }) => (
        <tr>
          <td>
            <a href={machinePageOf(name)}>{name}</a>
          </td>
          <td class={toneOf(state)}>{state}</td>
          <td class={toneOf(health)}>{health}</td>
          <td class="held">
            {[
              ...(draining ? ["draining"] : []),
              ...grid.pauses
                .filter((pause) => pause.scope === "grid" || (pause.scope === "machine" && pause.name === name))
                .map(({ kind }) => (kind === "pause" ? "paused" : "in maintenance")),
            ].join(", ")}
          </td>
          <td>
            {jobs.map(({ jobId, test }) => (
              <a href={`/jobs/${jobId}`}>{test} </a>
            ))}
          </td>
          <td class="soft">
            {Object.entries(facts)
              .map(([fact, value]) => `${fact} ${value}`)
              .join(", ")}
          </td>
        </tr>
      ))}
    </table>,
    <details>
      <summary>The grid itself</summary>
      <Services services={grid.services.filter(({ own, state }) => own && state === "up")} />
    </details>,
    <h2>Queue</h2>,
    ...grid.submissions.map(({ submissionId, project, state, reason }) => (
      <p>
        <a href={`/submissions/${submissionId}`}>submission of {project}</a>: <span class={toneOf(state)}>{state}</span>{" "}
        {reason}
      </p>
    )),
    grid.queue.length === 0 ? (
      <p class="soft">Nothing waits.</p>
    ) : (
      <table>
        {grid.queue.map(({ test, waiting, reasons }) => (
          <tr>
            <td>{waiting}</td>
            <td>{test}</td>
            <td class={reasons.length > 0 ? "held" : "soft"}>
              {reasons.length > 0 ? reasons.map(({ text }) => text).join("; ") : "waits for a machine"}
            </td>
          </tr>
        ))}
      </table>
    ),
    <h2>Jobs</h2>,
    <JobTable jobs={grid.jobs} />,
  ]);
}

/** The state of the grid in one sentence. */
function Summary({ pauses, services, machines, reader }: GridPage) {
  const down = services.filter(({ state }) => state === "down").map(({ name }) => name);
  const others = services
    .filter(({ state }) => !["up", "down"].includes(state))
    .map(({ name, state }) => `${name} is ${state}`);
  const offline = machines.filter(({ state }) => state === "offline").map(({ name }) => name);
  const returning = services.flatMap(({ name, release }) => (release === null ? [] : [name]));
  const whole = pauses.find(({ scope }) => scope === "grid");
  const troubles = [
    ...(whole === undefined ? [] : [whole.kind === "pause" ? "is paused" : "is in maintenance"]),
    ...(returning.length === 0 ? [] : [`is throttled (jobs that need ${returning.join(", ")} start gradually)`]),
    ...(down.length === 0 ? [] : [`has lost ${down.join(", ")}`]),
    ...(offline.length === 0
      ? []
      : [`is missing ${offline.length === 1 ? "machine" : "machines"} ${offline.join(", ")}`]),
  ];
  return (
    <p class="one">
      <span class={troubles.length === 0 ? "good" : "held"}>
        The grid {troubles.length === 0 ? "is open" : troubles.join(", and ")}
        {others.length > 0 ? `: ${others.join(", ")}` : troubles.length === 0 ? ": all services are up" : ""}.
      </span>{" "}
      {isOperator(reader.role) ? (
        <a href="/pauses/preview?scope=grid">{whole === undefined ? "Pause it" : "Resume it"}</a>
      ) : null}
    </p>
  );
}

function Counts({ states, lastDay, mailsDue, mailsRefused }: GridPage) {
  const parts = [
    ...Object.entries(states),
    ...Object.entries(lastDay).map(([verdict, count]) => [`${verdict} in the last day`, count] as const),
    ["mails due", mailsDue] as const,
    ...(mailsRefused === 0 ? [] : [["mails refused (holdfast mails --state refused)", mailsRefused] as const]),
  ];
  return <p>{parts.map(([name, count]) => `${count} ${name}`).join(" · ")}</p>;
}

function Services({ services }: Pick<GridPage, "services">) {
  const lines = services.map(({ name, state, since, detail, cause, release }) => ({
    name,
    page: servicePageOf(name),
    state,
    since,
    detail: [
      `${detail}${cause === null ? "" : `, because ${cause} is down`}`,
      ...(release === null ? [] : [`(released gradually: ${formatCount(release, "job")} at a time)`]),
    ].join(" "),
  }));
  return <StateTable lines={lines} />;
}
