import { renderPage } from "./layout.js";

export interface PreviewPage {
  scope: string;
  jobs: number;
  owners: { owner: string; jobs: number }[];
  next: { jobId: string; test: string; owner: string }[];
  running: { jobId: string; test: string; owner: string }[];
}

/** What a pause would hold, before anybody pauses. */
export function previewPage({ scope, jobs, owners, next, running }: PreviewPage): string {
  return renderPage(`Pausing ${scope}`, false, [
    <h2>Pausing {scope}</h2>,
    <p>
      {`It would hold ${jobs} ${jobs === 1 ? "job" : "jobs"} that could run now.`} Nothing is paused yet:{" "}
      <code>{`holdfast pause ${scope} --why "…"`}</code>
    </p>,
    <table>
      {owners.map(({ owner, jobs: count }) => (
        <tr>
          <td>{owner}</td>
          <td>{count}</td>
        </tr>
      ))}
    </table>,
    <Jobs title="These would have run next" jobs={next} />,
    <Jobs title="These run now; they continue unless you add --now" jobs={running} />,
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
