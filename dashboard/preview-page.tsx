import { isOperator } from "../domain/access/roles.js";
import { Action, Why } from "./actions.js";
import { DrainActions, MaintenanceAction, OverrideActions } from "./scope-actions.js";
import { renderPage, type Reader } from "./layout.js";

export interface PreviewPage {
  reader: Reader;
  /** Whether the scope is paused already. */
  isPaused: boolean;
  scope: string;
  jobs: number;
  owners: { owner: string; jobs: number }[];
  next: { jobId: string; test: string; owner: string }[];
  running: { jobId: string; test: string; owner: string }[];
}

/** Shows what a pause would hold, before anyone pauses. */
export function previewPage({ reader, isPaused, scope, jobs, owners, next, running }: PreviewPage): string {
  const [kind = "", name = ""] = scope.split(":");
  return renderPage({ title: `Pausing ${scope}`, live: "/api/v1/events", reader }, [
    <h2>Pausing {scope}</h2>,
    isPaused ? (
      <p class="held">It is paused.</p>
    ) : (
      <p>{`A pause would hold ${jobs} ${jobs === 1 ? "job" : "jobs"} that could run now. Nothing is paused yet.`}</p>
    ),
    !isOperator(reader.role) ? (
      <p class="soft">Operators may pause.</p>
    ) : isPaused ? (
      <Action api="POST /api/v1/pauses/resume" label="Resume">
        <input type="hidden" name="scope" value={scope} />
        <Why />
      </Action>
    ) : (
      <Action api="POST /api/v1/pauses" label="Pause">
        <input type="hidden" name="scope" value={scope} />
        <Why />
        <label>
          For how long
          <input name="for" placeholder="until it is resumed" size={18} />
        </label>
        <label>
          <span>
            <input type="checkbox" name="now" data-kind="boolean" /> Also stop what runs
          </span>
        </label>
      </Action>
    ),
    isOperator(reader.role) && kind !== "job" ? <MaintenanceAction scope={scope} /> : null,
    isOperator(reader.role) && kind === "machine" ? <DrainActions machine={name} /> : null,
    isOperator(reader.role) && kind === "service" ? <OverrideActions service={name} /> : null,
    <table>
      {owners.map(({ owner, jobs: count }) => (
        <tr>
          <td>{owner}</td>
          <td>{count}</td>
        </tr>
      ))}
    </table>,
    <Jobs title="These would have run next" jobs={next} />,
    <Jobs title="Running now. They continue unless you also stop what runs" jobs={running} />,
  ]);
}

function Jobs({ title, jobs }: { title: string; jobs: PreviewPage["next"] }) {
  if (jobs.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <table>
        {jobs.map(({ jobId, test, owner }) => (
          <tr>
            <td>
              <a href={`/jobs/${jobId}`}>
                <code>{jobId}</code>
              </a>
            </td>
            <td>{test}</td>
            <td>{owner}</td>
          </tr>
        ))}
      </table>
    </section>
  );
}
