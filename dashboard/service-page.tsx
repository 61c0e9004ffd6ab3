import { isOperator } from "../domain/access/roles.js";
import { formatCount } from "../domain/reports/downtime-wording.js";
import { formatDuration } from "../domain/time/duration.js";
import { JobTable, type JobLine } from "./job-table.js";
import { Linked, renderPage, Row, toneOf, When, type Reader } from "./layout.js";
import { type OutageLine, OutageTable } from "./outage-table.js";
import { machinePageOf, servicePageOf, StateTable } from "./state-table.js";
import { OverrideActions, type PauseLine, Pauses } from "./scope-actions.js";

export interface ServicePage {
  reader: Reader;
  name: string;
  state: string;
  since: string;
  detail: string;
  own: boolean;
  cause: string | null;
  release: number | null;
  onMachines: Record<string, { state: string; since: string; detail: string }> | null;
  settings: {
    probe: string;
    everyMs: number;
    timeoutMs: number;
    down: number;
    up: number;
    severity: string;
    dependsOn: string[];
    owner: string | null;
    runbook: string | null;
  } | null;
  neededBy: string[];
  pauses: PauseLine[];
  outages: OutageLine[];
  /** Jobs that it holds now, the newest first. */
  held: JobLine[];
}

/** A service: its state, what it holds, its outages, and what operators can do. */
export function servicePage({ reader, ...service }: ServicePage): string {
  const { name, state, since, detail, own, cause, release, pauses, outages, held } = service;
  return renderPage({ title: name, live: "/api/v1/events", reader }, [
    <h2>
      {own ? "Part of the grid" : "Service"} {name}: <span class={toneOf(state)}>{state}</span>
    </h2>,
    <p class="one">
      {since === "" ? null : (
        <>
          Since <When at={since} />
        </>
      )}
      {detail === "" ? "" : `: ${detail}`}
      {cause === null ? "" : `, because ${cause} is down`}
      {release === null ? "" : `. Its jobs are released gradually: ${formatCount(release, "job")} at a time`}
    </p>,
    <Pauses pauses={pauses} role={reader.role} />,
    own || !isOperator(reader.role) ? null : (
      <p>
        <a href={`/pauses/preview?scope=service:${name}`}>Pause it: see what that would hold</a>
      </p>
    ),
    <OnMachines {...service} />,
    held.length === 0 ? null : <h2>Jobs that it holds</h2>,
    held.length === 0 ? null : <JobTable jobs={held} />,
    <h2>Outages</h2>,
    outages.length === 0 ? <p class="soft">None.</p> : <OutageTable outages={outages} />,
    <p>
      <a href="/downtime?days=30">Downtime of the last 30 days, and what it cost</a>
    </p>,
    <Settings {...service} />,
    own || !isOperator(reader.role) ? null : <OverrideActions service={name} />,
  ]);
}

function OnMachines({ onMachines }: Pick<ServicePage, "onMachines">) {
  if (onMachines === null) return null;
  const lines = Object.entries(onMachines).map(([name, each]) => ({ ...each, name, page: machinePageOf(name) }));
  return (
    <section>
      <h2>On each machine</h2>
      <StateTable lines={lines} />
    </section>
  );
}

function Settings({ settings, neededBy }: Pick<ServicePage, "settings" | "neededBy">) {
  if (settings === null) return null;
  const { probe, everyMs, timeoutMs, down, up, severity, dependsOn, owner, runbook } = settings;
  const links = (names: readonly string[]) => names.map((each) => <a href={servicePageOf(each)}>{each} </a>);
  return (
    <section>
      <h2>How it is watched</h2>
      <table>
        <Row name="Probe">{`${probe}, every ${formatDuration(everyMs)}, for at most ${formatDuration(timeoutMs)}`}</Row>
        <Row name="Down after">{`${formatCount(down, "failed probe")} in a row; then it is ${severity}`}</Row>
        <Row name="Up after">{`${formatCount(up, "good probe")} in a row`}</Row>
        {dependsOn.length === 0 ? null : <Row name="Depends on">{links(dependsOn)}</Row>}
        {neededBy.length === 0 ? null : <Row name="Needed by">{links(neededBy)}</Row>}
        {owner === null ? null : <Row name="Owner">{owner}</Row>}
        {runbook === null ? null : (
          <Row name="Runbook">
            <Linked text={runbook} />
          </Row>
        )}
      </table>
    </section>
  );
}
