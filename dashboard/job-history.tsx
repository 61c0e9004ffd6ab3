import { markOf, rateOf, type Run } from "../domain/mail/details/runs.js";
import { testAddress } from "./test-address.js";

const faces = { "+": ["good", "✓"], "~": ["held", "~"], "-": ["bad", "✕"] } as const;

/** A run as a mark that links to its job. */
export function RunMark({ run }: { run: Pick<Run, "jobId" | "verdict" | "flaky" | "revision" | "submittedAt"> }) {
  const [tone, face] = faces[markOf(run)];
  return (
    <a class={tone} href={`/jobs/${run.jobId}`} title={`${run.revision.slice(0, 12)}, ${run.submittedAt}`}>
      {face}{" "}
    </a>
  );
}

/** The last runs of a test. */
export function History({ runs, project, test }: { runs: readonly Run[]; project: string; test: string }) {
  if (runs.length === 0) return null;
  const { runs: count, passed, flaky } = rateOf(runs);
  return (
    <>
      <h2>Last runs</h2>
      <p>
        {runs.map((run) => (
          <RunMark run={run} />
        ))}
        <span class="soft">
          {passed} of {count} passed{flaky === 0 ? "" : `, ${flaky} of them flaky`}; newest last
        </span>
      </p>
      <p>
        <a href={testAddress(project, test)}>All variants, machines and times</a>
      </p>
    </>
  );
}

interface Found {
  label: string;
  line: string;
  lineNumber: number;
  attempt: number;
  help: string | null;
}

/** What known lines of the logs mean. */
export function Signatures({ found }: { found: readonly Found[] }) {
  if (found.length === 0) return null;
  return (
    <>
      <h2>Known lines in the log</h2>
      <ul>
        {found.map(({ label, line, lineNumber, attempt, help }) => (
          <li>
            <span class="held">{label}</span>{" "}
            <span class="soft">
              line {lineNumber} of attempt {attempt}; the label does not affect the verdict
            </span>
            <br />
            <code>{line}</code>
            {help === null ? null : <div class="soft">{help}</div>}
          </li>
        ))}
      </ul>
    </>
  );
}
