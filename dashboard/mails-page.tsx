import { Action } from "./actions.js";
import { renderPage, toneOf, When, type Reader } from "./layout.js";

export interface MailsPage {
  reader: Reader;
  mails: {
    mailId: number;
    jobId: string | null;
    state: string;
    subject: string;
    recipients: string[];
    createdAt: string;
    lastError: string | null;
  }[];
  next: number | null;
}

/** The outbox. */
export function mailsPage({ mails, next, reader }: MailsPage): string {
  return renderPage({ title: "Mails", live: null, reader }, [
    <h2>Mails</h2>,
    <p>
      <a href="/mails">all</a> · <a href="/mails?state=due">due</a> · <a href="/mails?state=refused">refused</a>
    </p>,
    mails.length === 0 ? <p class="soft">None.</p> : null,
    <table>
      {mails.map(({ mailId, jobId, state, subject, recipients, createdAt, lastError }) => (
        <tr>
          <td class={toneOf(state === "refused" ? "fail" : null)}>{state}</td>
          <td>{jobId === null ? subject : <a href={`/jobs/${jobId}`}>{subject}</a>}</td>
          <td>{recipients.join(", ")}</td>
          <td class="bad">{lastError ?? ""}</td>
          <td class="soft">
            <When at={createdAt} />
          </td>
          <td>{state === "sent" ? null : <Action api={`POST /api/v1/mails/${mailId}/retry`} label="Send again" />}</td>
        </tr>
      ))}
    </table>,
    next === null ? null : (
      <p>
        <a href={`/mails?before=${next}`}>Older</a>
      </p>
    ),
  ]);
}
