import { testTitle, type Variant } from "../domain/jobs/variant.js";
import { renderPage, type Reader } from "./layout.js";

export interface NotMyCodePage {
  reader: Reader;
  job: { jobId: string; test: string; variant: Variant; verdict: string | null; project: string; revision: string };
  /** The id of the claim. If the form is sent twice, it still makes one claim. */
  claim: string;
}

/** The form behind the link of a failure mail. It changes nothing before it is sent. */
export function notMyCodePage({ job, claim, reader }: NotMyCodePage): string {
  const title = testTitle(job.test, job.variant);
  return renderPage({ title: `Not my code: ${title}`, live: null, reader }, [
    <h2>This was not my code</h2>,
    <p>
      <a href={`/jobs/${job.jobId}`}>{title}</a> · {job.project} @ {job.revision.slice(0, 12)}
    </p>,
    job.verdict === "fail" ? (
      <form method="post" action={`/jobs/${job.jobId}/not-my-code`}>
        <input type="hidden" name="claim" value={claim} />
        <p>
          <label>
            What was it, as far as you can tell?
            <br />
            <textarea name="why" rows={5} cols={60} maxLength={2000} required />
          </label>
        </p>
        <p>
          <label>
            Your name or address, if you like
            <br />
            <input name="name" size={40} maxLength={200} />
          </label>
        </p>
        <p>
          <button type="submit">Tell the admins</button>
        </p>
        <p class="soft">
          Your text appears on the page of this job. Admins are notified and answer there. The verdict stays until the
          job is run again.
        </p>
      </form>
    ) : (
      <p>This job did not send a failure mail.</p>
    ),
  ]);
}
