import { isOperator } from "../domain/access/roles.js";
import type { Outcome } from "../domain/states.js";
import { outcomeTexts } from "../domain/verdict/outcome-text.js";
import { formatShare } from "../domain/reports/downtime-wording.js";
import { JobTable, type JobLine } from "./job-table.js";
import { renderPage, Row, toneOf, When, type Reader } from "./layout.js";
import { servicePageOf, StateTable } from "./state-table.js";
import { DrainActions, type PauseLine, Pauses } from "./scope-actions.js";

export interface MachinePage {
  reader: Reader;
  name: string;
  host: string;
  slots: number;
  facts: Record<string, string>;
  health: string;
  online: boolean;
  draining: boolean;
  state: string;
  jobs: { jobId: string; test: string }[];
  services: { service: string; state: string; since: string; detail: string }[];
  exclusions: {
    tests?: string | undefined;
    variants?: string | undefined;
    reason: string;
    until?: string | undefined;
  }[];
  selections: { tests: string; reason: string }[];
  pauses: PauseLine[];
  /** Attempts of the last seven days, by outcome. */
  outcomes: Partial<Record<Outcome, number>>;
  /** Jobs that ran on it, the newest first. */
  recent: JobLine[];
}

/** A machine: what it runs, what keeps tests off it, and how its attempts ended. */
export function machinePage({ reader, ...machine }: MachinePage): string {
  const { name, state, health, draining, jobs, pauses, recent } = machine;
  return renderPage({ title: name, live: "/api/v1/events", reader }, [
    <h2>
      Machine {name}: <span class={toneOf(state)}>{state}</span>, <span class={toneOf(health)}>{health}</span>
      {draining ? <span class="held">, draining</span> : null}
    </h2>,
    <p class="one">
      {jobs.length === 0 ? "It runs nothing." : "It runs "}
      {jobs.map(({ jobId, test }) => (
        <a href={`/jobs/${jobId}`}>{test} </a>
      ))}
    </p>,
    <Pauses pauses={pauses} role={reader.role} />,
    isOperator(reader.role) ? (
      <p>
        <a href={`/pauses/preview?scope=machine:${name}`}>Pause it: see what that would hold</a>
      </p>
    ) : null,
    <Outcomes {...machine} />,
    <Rules {...machine} />,
    <Services {...machine} />,
    <h2>Facts</h2>,
    <table>
      <Row name="host">{machine.host}</Row>
      <Row name="slots">{machine.slots}</Row>
      {Object.entries(machine.facts).map(([fact, value]) => (
        <Row name={fact}>{value}</Row>
      ))}
    </table>,
    isOperator(reader.role) ? <DrainActions machine={name} /> : null,
    <h2>Jobs that ran on it</h2>,
    recent.length === 0 ? <p class="soft">None.</p> : <JobTable jobs={recent} />,
  ]);
}

function Outcomes({ outcomes }: Pick<MachinePage, "outcomes">) {
  const counts = Object.entries(outcomes) as [Outcome, number][];
  const all = counts.reduce((sum, [, count]) => sum + count, 0);
  const lost = outcomes.infrastructure ?? 0;
  return (
    <section>
      <h2>Attempts of the last 7 days</h2>
      <p>
        {all === 0
          ? "None."
          : `${all} in all: ${counts.map(([outcome, count]) => `${count} ${outcomeTexts[outcome]}`).join("; ")}. Lost to infrastructure: `}
        {all === 0 ? null : <span class={lost === 0 ? "good" : "held"}>{formatShare(lost / all)}</span>}
      </p>
    </section>
  );
}

function Rules({ exclusions, selections }: Pick<MachinePage, "exclusions" | "selections">) {
  if (exclusions.length + selections.length === 0) return null;
  return (
    <section>
      <h2>Rules</h2>
      <ul>
        {selections.map(({ tests, reason }) => (
          <li>{`reserved for ${tests}: ${reason}`}</li>
        ))}
        {exclusions.map(({ tests = "*", variants, reason, until }) => (
          <li>
            {`does not run ${tests}${variants === undefined ? "" : ` [${variants}]`}: ${reason}`}
            {until === undefined ? null : (
              <>
                , until <When at={until} />
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Services({ services }: Pick<MachinePage, "services">) {
  if (services.length === 0) return null;
  return (
    <section>
      <h2>Services as it sees them</h2>
      <StateTable
        lines={services.map((each) => ({ ...each, name: each.service, page: servicePageOf(each.service) }))}
      />
    </section>
  );
}
