import { renderPage, toneOf, When, type Reader } from "./layout.js";

interface SubmissionLine {
  submissionId: string;
  project: string;
  branch: string;
  revision: string;
  owner: string;
  state: string;
  reason: string | null;
  submittedAt: string;
  counts: Record<string, number>;
}

export interface SubmissionsPage {
  reader: Reader;
  /** The mail address of the caller; null if it is unknown. */
  address: string | null;
  filter: { owner?: string | undefined; project?: string | undefined; branch?: string | undefined };
  submissions: SubmissionLine[];
  /** The key of the next page; null on the last page. */
  next: string | null;
}

const verdicts = ["pass", "fail", "abort"];

/** Submissions with their progress; of one owner, of one project, or of all. */
export function submissionsPage({ reader, address, filter, submissions, next }: SubmissionsPage): string {
  const addressOf = (changed: Record<string, string | undefined>) => {
    const entries = Object.entries({ ...filter, ...changed }).filter((entry) => entry[1] !== undefined);
    return `/submissions?${new URLSearchParams(Object.fromEntries(entries) as Record<string, string>).toString()}`;
  };
  const { owner, project, branch } = filter;
  return renderPage({ title: "Submissions", live: "/api/v1/events", reader }, [
    <h2>{["Submissions", project, branch, owner].filter((part) => part !== undefined).join(" · ")}</h2>,
    <p>
      <a href="/submissions">All</a>
      {address === null ? null : [" · ", <a href={addressOf({ owner: address })}>Mine</a>]}
    </p>,
    <form class="action" method="get" action="/submissions">
      <label>
        Owner
        <input name="owner" type="email" value={owner ?? ""} />
      </label>
      <label>
        Project
        <input name="project" value={project ?? ""} />
      </label>
      <button type="submit">Show</button>
    </form>,
    submissions.length === 0 ? <p class="soft">None.</p> : null,
    <table>
      {submissions.map((line) => (
        <tr key={line.submissionId}>
          <td>
            <a href={`/submissions/${line.submissionId}`}>{`${line.project} @ ${line.revision.slice(0, 12)}`}</a>
            <br />
            <span class="soft">
              {line.branch}, {line.owner}
            </span>
          </td>
          <td>
            <Progress line={line} />
          </td>
          <td class="soft">
            <When at={line.submittedAt} />
          </td>
        </tr>
      ))}
    </table>,
    next === null ? null : (
      <p>
        <a href={addressOf({ before: next })}>Older ones</a>
      </p>
    ),
  ]);
}

function Progress({ line: { state, reason, counts } }: { line: SubmissionLine }) {
  const entries = Object.entries(counts);
  if (entries.length === 0) return <span class={toneOf(state)}>{reason ?? state}</span>;
  const total = entries.reduce((sum, [, count]) => sum + count, 0);
  const ended = verdicts.reduce((sum, verdict) => sum + (counts[verdict] ?? 0), 0);
  return (
    <>
      {entries.map(([word, count]) => (
        <>
          <span class={toneOf(word)}>{`${count} ${word}`}</span>{" "}
        </>
      ))}
      {ended === total ? null : (
        <progress max={total} value={ended} aria-label={`${ended} of ${total} jobs have ended`} />
      )}
    </>
  );
}
