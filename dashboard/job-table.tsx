import { testTitle, type Variant } from "../domain/variant.js";
import { toneOf } from "./layout.js";

/** What a line of a job list shows. */
export interface JobLine {
  jobId: string;
  test: string;
  variant: Variant;
  project: string;
  owner: string;
  state: string;
  verdict: string | null;
  abortReason: string | null;
  holds: { detail: string; until: string | null }[];
  submittedAt: string;
}

export function JobTable({ jobs }: { jobs: JobLine[] }) {
  if (jobs.length === 0) return <p class="soft">No jobs yet: holdfast submit &lt;directory&gt;</p>;
  return (
    <table>
      <tr>
        <th>Job</th>
        <th>Test</th>
        <th>State</th>
        <th>Why</th>
        <th>Project</th>
        <th>Owner</th>
        <th>Submitted</th>
      </tr>
      {jobs.map((job) => (
        <tr key={job.jobId}>
          <td>
            <a href={`/jobs/${job.jobId}`}>
              <code>{job.jobId}</code>
            </a>
          </td>
          <td>{testTitle(job.test, job.variant)}</td>
          <td class={toneOf(job.verdict ?? job.state)}>{job.verdict ?? job.state}</td>
          <td>
            {job.verdict === null
              ? job.holds
                  .filter(({ until }) => until === null || until > new Date().toISOString())
                  .map(({ detail }) => detail)
                  .join("; ")
              : (job.abortReason ?? "")}
          </td>
          <td>{job.project}</td>
          <td>{job.owner}</td>
          <td class="soft">{job.submittedAt}</td>
        </tr>
      ))}
    </table>
  );
}
