import { JobTable, type JobLine } from "./job-table.js";
import { renderPage, toneOf, type Reader } from "./layout.js";

export interface SubmissionPage {
  reader: Reader;
  submissionId: string;
  state: string;
  reason: string | null;
  /** Jobs by verdict, or by state while they have none. */
  counts: Record<string, number>;
  /** The number of its jobs, and of those without a verdict. */
  total: number;
  open: number;
  /** The first ones: failed ones first, then held ones. */
  jobs: JobLine[];
}

export function submissionPage({
  submissionId,
  state,
  reason,
  counts,
  total,
  open,
  jobs,
  reader,
}: SubmissionPage): string {
  const ended = total - open;
  return renderPage(
    { title: `Submission ${submissionId}`, live: `/api/v1/submissions/${submissionId}/events`, reader },
    [
      <h2>
        Submission {submissionId}: {state}
      </h2>,
      reason === null ? null : <pre>{reason}</pre>,
      total === 0 ? null : (
        <p class="one">
          {`Ended: ${ended} of ${total}. `}
          {Object.entries(counts).map(([word, count]) => (
            <>
              <span class={toneOf(word)}>{`${count} ${word}`}</span>{" "}
            </>
          ))}
          <progress max={total} value={ended} aria-label="jobs that have ended" />
          <a href={`/api/v1/submissions/${submissionId}/results?format=junit`}>JUnit</a>{" "}
          <a href={`/api/v1/submissions/${submissionId}/results`}>JSON</a>
        </p>
      ),
      <JobTable jobs={jobs} />,
    ],
  );
}
