import { testTitle, type Variant } from "../domain/jobs/variant.js";
import { toneOf, When } from "./layout.js";

/** A line of a job list. */
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
      <tr class="head">
        <th>State</th>
        <th>Test and job</th>
        <th>Why</th>
        <th>Project and owner</th>
        <th>Submitted</th>
      </tr>
      {jobs.map((job) => (
        <tr key={job.jobId}>
          <td class={toneOf(job.verdict ?? job.state)}>{job.verdict ?? job.state}</td>
          <td>
            <a href={`/jobs/${job.jobId}`}>{testTitle(job.test, job.variant)}</a>
            <br />
            <code class="soft">{job.jobId}</code>
          </td>
          <td>
            {job.verdict === null
              ? job.holds
                  .filter(({ until }) => until === null || until > new Date().toISOString())
                  .map(({ detail }) => detail)
                  .join("; ")
              : (job.abortReason ?? "")}
          </td>
          <td>
            {job.project}
            <br />
            <span class="soft">{job.owner}</span>
          </td>
          <td class="soft">
            <When at={job.submittedAt} />
          </td>
        </tr>
      ))}
    </table>
  );
}
