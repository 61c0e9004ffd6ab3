import { variantKey, type Variant } from "../domain/jobs/variant.js";
import { markOf, rateOf } from "../domain/mail/details/runs.js";
import { formatDuration } from "../domain/time/duration.js";
import { Chart } from "./chart.js";
import { RunMark } from "./job-history.js";
import { renderPage, toneOf, When, type Reader } from "./layout.js";
import { machinePageOf } from "./state-table.js";
import { testAddress } from "./test-address.js";

interface RunLine {
  jobId: string;
  variant: Variant;
  branch: string;
  revision: string;
  verdict: "pass" | "fail";
  flaky: boolean;
  machine: string | null;
  submittedAt: string;
  finishedAt: string;
  queuedMs: number | null;
  durationMs: number | null;
}

export interface TestPage {
  reader: Reader;
  project: string;
  test: string;
  /** The only branch that is shown; null for all. */
  branch: string | null;
  /** Oldest first. */
  runs: RunLine[];
}

/** At most this many marks are in one cell of the matrix. */
const marksShown = 20;
const linesShown = 50;
/** How many runs one point of the pass rate covers. */
const rateOver = 20;

/** How a test ran: by variant and machine, and over time. */
export function testPage({ reader, project, test, branch, runs }: TestPage): string {
  const { runs: count, passed, flaky } = rateOf(runs);
  // A job that was held ends after later ones.
  const byEnd = runs.toSorted((one, other) => (one.finishedAt < other.finishedAt ? -1 : 1));
  const branches = [...new Set(runs.map((run) => run.branch))].sort();
  const addressOf = (name: string | null) => testAddress(project, test, name);
  return renderPage({ title: test, live: null, reader }, [
    <h2>
      {test} <span class="soft">of {project}</span>
    </h2>,
    <p class="one">
      {count === 0
        ? "No run of this test has passed or failed."
        : `${passed} of the last ${count} runs passed${flaky === 0 ? "" : `, ${flaky} of them flaky`}.`}
    </p>,
    <p>
      {branch === null ? "All branches" : <a href={addressOf(null)}>All branches</a>}
      {[...new Set([...branches, ...(branch === null ? [] : [branch])])].map((name) => (
        <> · {name === branch ? <b>{name}</b> : <a href={addressOf(name)}>{name}</a>}</>
      ))}
    </p>,
    count === 0 ? null : <Matrix runs={runs} />,
    <Chart
      title="Duration of the last attempt"
      unit="ms"
      times={byEnd.map(({ finishedAt }) => finishedAt)}
      lines={[{ name: "duration", tone: "plain", values: byEnd.map(({ durationMs }) => durationMs) }]}
    />,
    <Chart
      title={`Pass rate of ${rateOver} runs`}
      unit="percent"
      times={byEnd.map(({ finishedAt }) => finishedAt)}
      lines={[{ name: "pass rate", tone: "good", values: passRates(byEnd) }]}
    />,
    count === 0 ? null : <Lines runs={runs.slice(-linesShown).reverse()} />,
  ]);
}

/** For each run, the share of passes among this run and those before it, in percent. */
function passRates(runs: readonly RunLine[]): number[] {
  return runs.map((_, index) => {
    const { runs: count, passed } = rateOf(runs.slice(Math.max(0, index + 1 - rateOver), index + 1));
    return Math.round((100 * passed) / count);
  });
}

/** Variants as rows, machines as columns. Shows where the test passes and where it does not. */
function Matrix({ runs }: { runs: readonly RunLine[] }) {
  const machines = [...new Set(runs.map(({ machine }) => machine ?? "none"))].sort();
  const variants = [...new Set(runs.map(({ variant }) => variantKey(variant)))].sort();
  return (
    <section>
      <h2>Variants and machines</h2>
      <table class="figures" tabIndex={0}>
        <tr>
          <th scope="col">Variant</th>
          {machines.map((machine) => (
            <th scope="col">{machine === "none" ? machine : <a href={machinePageOf(machine)}>{machine}</a>}</th>
          ))}
        </tr>
        {variants.map((variant) => (
          <tr>
            <th scope="row">{variant === "" ? "the test" : variant}</th>
            {machines.map((machine) => {
              const cell = runs.filter(
                (run) => variantKey(run.variant) === variant && (run.machine ?? "none") === machine,
              );
              const { runs: count, passed } = rateOf(cell);
              return (
                <td>
                  {count === 0 ? "" : <span class={passed === count ? "good" : "bad"}>{`${passed}/${count} `}</span>}
                  {cell.slice(-marksShown).map((run) => (
                    <RunMark run={run} />
                  ))}
                </td>
              );
            })}
          </tr>
        ))}
      </table>
      <p class="soft">✓ passed, ~ flaky, ✕ failed; newest last. Runs that infrastructure stopped do not count.</p>
    </section>
  );
}

function Lines({ runs }: { runs: readonly RunLine[] }) {
  return (
    <section>
      <h2>Runs</h2>
      <table>
        <tr class="head">
          {["Verdict", "Variant", "Branch and revision", "Machine", "Took", "Waited", "Ended"].map((head) => (
            <th>{head}</th>
          ))}
        </tr>
        {runs.map((run) => (
          <tr>
            <td class={toneOf(run.verdict)}>
              <a href={`/jobs/${run.jobId}`}>{run.verdict}</a>
              {markOf(run) === "~" ? ", flaky" : ""}
            </td>
            <td>{variantKey(run.variant)}</td>
            <td>{`${run.branch} @ ${run.revision.slice(0, 12)}`}</td>
            <td>{run.machine}</td>
            <td>{run.durationMs === null ? "" : formatDuration(run.durationMs)}</td>
            <td>{run.queuedMs === null ? "" : formatDuration(run.queuedMs)}</td>
            <td>
              <When at={run.finishedAt} />
            </td>
          </tr>
        ))}
      </table>
    </section>
  );
}
