import { formatDuration } from "../domain/time/duration.js";
import { Chart } from "./chart.js";
import { IntervalForm } from "./interval-form.js";
import { renderPage, type Reader } from "./layout.js";
import { testAddress } from "./test-address.js";

interface Endings {
  pass: number;
  fail: number;
  abort: number;
  flaky: number;
}

interface Spans {
  queued: number | null;
  queuedSlow: number | null;
  duration: number | null;
  durationSlow: number | null;
}

export interface StatisticsPage {
  reader: Reader;
  /** The only project that is shown; null for all. */
  project: string | null;
  /** ISO. */
  from: string;
  to: string;
  days: (Endings & Spans & { day: string })[];
  projects: (Endings & Spans & { project: string })[];
  flakiest: (Endings & { project: string; test: string })[];
  longest: { project: string; test: string; runs: number; machineMs: number }[];
}

/** What the grid did: how many jobs ended, how fast, and which tests are flaky. */
export function statisticsPage({
  reader,
  project,
  from,
  to,
  days,
  projects,
  flakiest,
  longest,
}: StatisticsPage): string {
  const total = sumOf(projects);
  const ended = total.pass + total.fail + total.abort;
  const times = days.map(({ day }) => `${day}T00:00:00Z`);
  return renderPage({ title: "Statistics", live: null, reader }, [
    <h2>Statistics{project === null ? "" : ` of ${project}`}</h2>,
    <IntervalForm path="/statistics" from={from} to={to} also={project === null ? {} : { project }} />,
    project === null ? null : (
      <p>
        <a href="/statistics">All projects</a>
      </p>
    ),
    <p class="one">
      {ended === 0
        ? "No job ended in this time."
        : `${ended} jobs ended: ${total.pass} passed (${total.flaky} of them flaky), ${total.fail} failed, ${total.abort} without a result.`}
    </p>,
    <Chart
      title="Jobs that ended, by day"
      unit="count"
      times={times}
      lines={[
        { name: "passed", tone: "good", values: days.map(({ pass }) => pass) },
        { name: "failed", tone: "bad", values: days.map(({ fail }) => fail) },
        { name: "without a result", tone: "held", values: days.map(({ abort }) => abort) },
      ]}
    />,
    <Chart
      title="Time from submission to the first attempt, by day"
      unit="ms"
      times={times}
      lines={[
        { name: "median", tone: "good", values: days.map(({ queued }) => queued) },
        { name: "95th percentile", tone: "held", values: days.map(({ queuedSlow }) => queuedSlow) },
      ]}
    />,
    <Chart
      title="Time from the first attempt to the verdict, by day"
      unit="ms"
      times={times}
      lines={[
        { name: "median", tone: "good", values: days.map(({ duration }) => duration) },
        { name: "95th percentile", tone: "held", values: days.map(({ durationSlow }) => durationSlow) },
      ]}
    />,
    <Figures
      title="Projects"
      head="Project"
      rows={projects.map((row) => ({
        ...row,
        name: row.project,
        address: `/statistics?${new URLSearchParams({ project: row.project, from, to }).toString()}`,
      }))}
    />,
    <section>
      <h2>Flaky tests</h2>
      {flakiest.length === 0 ? <p class="soft">None.</p> : null}
      <table class="figures" tabIndex={0}>
        {flakiest.map(({ project: name, test, pass, fail, flaky }) => (
          <tr>
            <td>
              <TestLink project={name} test={test} />
            </td>
            <td>{`flaky in ${flaky} of ${pass + fail} runs`}</td>
            <td>{`failed in ${fail}`}</td>
          </tr>
        ))}
      </table>
    </section>,
    <section>
      <h2>Tests that take most of the machines' time</h2>
      <table class="figures" tabIndex={0}>
        {longest.map(({ project: name, test, runs, machineMs }) => (
          <tr>
            <td>
              <TestLink project={name} test={test} />
            </td>
            <td>{formatDuration(machineMs)}</td>
            <td>{`${runs} runs, ${formatDuration(machineMs / runs)} each`}</td>
          </tr>
        ))}
      </table>
    </section>,
    <Figures title="Days" head="Day (UTC)" rows={days.map((row) => ({ ...row, name: row.day })).reverse()} />,
  ]);
}

function sumOf(rows: readonly Endings[]): Endings {
  const sum = { pass: 0, fail: 0, abort: 0, flaky: 0 };
  for (const row of rows) for (const key of Object.keys(sum) as (keyof Endings)[]) sum[key] += row[key];
  return sum;
}

/** A link to the page of a test. */
export function TestLink({ project, test }: { project: string; test: string }) {
  return <a href={testAddress(project, test)}>{`${test} of ${project}`}</a>;
}

type Row = Endings & Spans & { name: string; address?: string };

function Figures({ title, head, rows }: { title: string; head: string; rows: readonly Row[] }) {
  const heads = [
    head,
    "Passed",
    "Flaky",
    "Failed",
    "No result",
    "Waited (median)",
    "95th percentile",
    "Took (median)",
    "95th percentile",
  ];
  return (
    <section>
      <h2>{title}</h2>
      {rows.length === 0 ? <p class="soft">None.</p> : null}
      <table class="figures" tabIndex={0}>
        {rows.length === 0 ? null : (
          <tr>
            {heads.map((name) => (
              <th scope="col">{name}</th>
            ))}
          </tr>
        )}
        {rows.map(({ name, address, pass, flaky, fail, abort, queued, queuedSlow, duration, durationSlow }) => (
          <tr>
            <td>{address === undefined ? name : <a href={address}>{name}</a>}</td>
            {[pass, flaky, fail, abort].map((count) => (
              <td>{count}</td>
            ))}
            {[queued, queuedSlow, duration, durationSlow].map((span) => (
              <td>{span === null ? "" : formatDuration(span)}</td>
            ))}
          </tr>
        ))}
      </table>
    </section>
  );
}
