import { JobTable, type JobLine } from "./job-table.js";
import { timeOf } from "../domain/time/time-text.js";
import { renderPage, toneOf, When } from "./layout.js";

export interface GridPage {
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
  pauses: {
    kind: string;
    scope: string;
    name: string;
    reason: string;
    author: string;
    since: string;
    until: string | null;
  }[];
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
  return renderPage("Grid", false, [
    <Counts {...grid} />,
    <Pauses pauses={grid.pauses} />,
    <h2>Services</h2>,
    <Services services={grid.services.filter(({ own }) => !own)} />,
    <h2>Machines</h2>,
    <table>
      {grid.machines.map(({ name, state, health, draining, facts, jobs }) => (
        <tr>
          <td>
            <a href={`/pauses/preview?scope=machine:${name}`}>{name}</a>
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
    <h2>The grid itself</h2>,
    <Services services={grid.services.filter(({ own }) => own)} />,
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

function Counts({ states, lastDay, mailsDue, mailsRefused }: GridPage) {
  const parts = [
    ...Object.entries(states),
    ...Object.entries(lastDay).map(([verdict, count]) => [`${verdict} in the last day`, count] as const),
    ["mails due", mailsDue] as const,
    ...(mailsRefused === 0 ? [] : [["mails refused (holdfast mails --state refused)", mailsRefused] as const]),
  ];
  return <p>{parts.map(([name, count]) => `${count} ${name}`).join(" · ")}</p>;
}

function Pauses({ pauses }: Pick<GridPage, "pauses">) {
  if (pauses.length === 0) return null;
  return (
    <section>
      <h2>Stopped by admins</h2>
      {pauses.map(({ kind, scope, name, reason, author, since, until }) => (
        <p class="held">
          {`${kind} of ${name === "" ? "the grid" : `${scope} ${name}`} since ${timeOf(since)}${until === null ? "" : `, until ${timeOf(until)}`}, by ${author}: ${reason}`}
        </p>
      ))}
    </section>
  );
}

function Services({ services }: Pick<GridPage, "services">) {
  return (
    <table>
      {services.map(({ name, state, since, detail, own, cause, release }) => (
        <tr>
          <td>{own ? name : <a href={`/pauses/preview?scope=service:${name}`}>{name}</a>}</td>
          <td class={toneOf(state)}>{state}</td>
          <td class="soft">
            since <When at={since} />
          </td>
          <td>
            {detail}
            {cause === null ? "" : `, because ${cause} is down`}
            {release === null ? "" : ` (released step by step: ${release} jobs at a time)`}
          </td>
        </tr>
      ))}
    </table>
  );
}
