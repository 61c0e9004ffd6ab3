import type { VerificationProgress, ProgressLine } from "../domain/verdict/verification-progress.js";
import type { Ruling } from "../domain/verdict/false-alarms.js";
import { When } from "./layout.js";

/** The data about doubts in a job's verdict. */
export interface DoubtsView {
  runsFor: { jobId: string; purpose: string } | null;
  correctedBy: { jobId: string; verdict: string | null } | null;
  notMyCode: {
    claims: { name: string | null; why: string; at: string }[];
    ruling: { ruling: Ruling; why: string; author: string; at: string } | null;
  } | null;
}

/** What is known about a failure that is not confirmed yet, and which proof is still needed. */
export function Verifying({ progress }: { progress: VerificationProgress | null }) {
  if (progress === null) return null;
  return (
    <section>
      <h2>A failure is being verified: nobody has been notified yet</h2>
      <Lines lines={progress.known} />
      <Lines lines={progress.wanted} />
    </section>
  );
}

function Lines({ lines }: { lines: readonly ProgressLine[] }) {
  return (
    <ul>
      {lines.map(({ text, jobId }) => (
        <li>
          {text} {jobId === null ? null : <JobLink jobId={jobId} />}
        </li>
      ))}
    </ul>
  );
}

export function JobLink({ jobId }: { jobId: string }) {
  return (
    <a href={`/jobs/${jobId}`}>
      <code>{jobId}</code>
    </a>
  );
}

/** The job that this one runs for, and the job that re-verified it. */
export function RelatedJobs({ runsFor, correctedBy }: DoubtsView) {
  return (
    <>
      {runsFor === null ? null : (
        <p>
          Runs as {runsFor.purpose} for <JobLink jobId={runsFor.jobId} />
        </p>
      )}
      {correctedBy === null ? null : (
        <p class="held">
          {correctedBy.verdict === null ? "Runs again as" : "Corrected by"} <JobLink jobId={correctedBy.jobId} />
          {correctedBy.verdict === null ? "" : `: ${correctedBy.verdict}`}
        </p>
      )}
    </>
  );
}

/** The claims that a failure was not about the code, and the answer to them. */
export function Claims({ notMyCode, link }: Pick<DoubtsView, "notMyCode"> & { link: string | null }) {
  if (notMyCode === null)
    return link === null ? null : (
      <p>
        <a href={link}>This was not my code</a>
      </p>
    );
  const { claims, ruling } = notMyCode;
  return (
    <section>
      <h2>Not my code</h2>
      {claims.map(({ name, why, at }) => (
        <p>
          <span class="soft">
            {name ?? "somebody"}, <When at={at} />:
          </span>{" "}
          {why}
        </p>
      ))}
      {ruling === null ? (
        <p class="soft">No answer yet.</p>
      ) : (
        <p class={ruling.ruling === "agree" ? "held" : ""}>
          {ruling.author} {ruling.ruling === "agree" ? "agrees" : "disagrees"}: {ruling.why}{" "}
          <span class="soft">
            (<When at={ruling.at} />)
          </span>
        </p>
      )}
    </section>
  );
}
