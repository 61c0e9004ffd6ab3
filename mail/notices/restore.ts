import { formatCount } from "../../domain/reports/downtime-wording.js";
import type { LostSubmission } from "../../domain/recovery/restore.js";
import { timeOf } from "../../domain/time/time-text.js";
import type { Item } from "../mail-document.js";
import { type Message, messageOf } from "../message.js";
import { atMost, oneLine } from "../rendering/plain.js";

/** A notice for admins: an older copy of the database was restored, with these effects. Times are ISO. */
export interface RestoreMail {
  from: string;
  /** The last entry of the journal: there is one notice per restore. */
  id: string;
  /** When the copy was made, as far as is known. */
  copyOf: string;
  /** Mails that are not sent again. */
  mails: number;
  /** Verdicts that people know, and that were restored. */
  verdicts: number;
  /** Known verdicts of jobs that the database does not have. */
  notifiedOfUnknown: number;
  /** Jobs that run again from their state in the copy. */
  again: number;
  lost: LostSubmission[];
  /** Jobs that ran when the restore was noticed, and that the database does not have. */
  stopped: { jobId: string; test: string; owner: string }[];
  /** What admins did since the copy was made. The grid has forgotten it. */
  orders: { at: string; actor: string; action: string; target: string }[];
}

/** A notice for owners: a restore has lost submissions. */
export interface LostMail {
  from: string;
  id: string;
  copyOf: string;
  lost: LostSubmission[];
  stopped: { jobId: string; test: string }[];
}

const shownOfEach = 50;

export function restoreMail(mail: RestoreMail): Message {
  const { from, id, copyOf, mails, verdicts, notifiedOfUnknown, again, lost, stopped, orders } = mail;
  const title = `the database is a copy of ${timeOf(copyOf)}`;
  return messageOf({
    kind: "restored",
    id,
    from,
    jobId: null,
    submissionId: null,
    subject: `RESTORED ${title}`,
    document: {
      tone: "held",
      badge: "RESTORED",
      title,
      lead: [
        "An older copy of the database took the place of the current one. The grid compared it with its journal in Temporal. Nobody gets a mail twice.",
        lost.length + stopped.length === 0
          ? "No submission is lost."
          : "Some submissions are lost. Their owners were asked to submit again.",
      ],
      parts: [
        {
          kind: "facts",
          title: "What the restore changed",
          facts: [
            { name: "Mails that are not sent again", value: String(mails) },
            { name: "Verdicts that were restored", value: String(verdicts) },
            { name: "Jobs that run again", value: String(again) },
            {
              name: "Verdicts of unknown jobs",
              value: `${notifiedOfUnknown}; their mails were sent, their pages are gone`,
            },
          ],
        },
        ...listed(
          "Lost submissions",
          lost.map((each) => ({ ...itemOf(each), aside: each.owner })),
        ),
        ...listed(
          "Stopped jobs that the database does not have",
          stopped.map((each) => ({ ...itemOfJob(each), aside: each.owner })),
        ),
        ...listed(
          "Orders to give again",
          orders.map(({ at, actor, action, target }) => ({
            text: oneLine(`${action} ${target}`),
            tone: "plain",
            aside: `${oneLine(actor, 80)}, ${timeOf(at)}`,
          })),
        ),
      ],
    },
    about: { Restored: copyOf },
    list: "admins",
    thread: null,
  });
}

export function lostMail({ from, id, copyOf, lost, stopped }: LostMail): Message {
  const title = lost.length > 0 ? formatCount(lost.length, "submission") : formatCount(stopped.length, "job");
  return messageOf({
    kind: "lost",
    id,
    from,
    jobId: null,
    submissionId: null,
    subject: `LOST ${title}: please submit again`,
    document: {
      tone: "held",
      badge: "LOST",
      title,
      lead: [
        `The grid's database was restored from a copy of ${timeOf(copyOf)}. What you submitted after that is lost. This says nothing about your code. Please submit it again.`,
      ],
      parts: [...listed("Lost submissions", lost.map(itemOf)), ...listed("Stopped jobs", stopped.map(itemOfJob))],
    },
    about: { Restored: copyOf },
    list: "grid",
    thread: null,
  });
}

function itemOf({ submissionId, project, revision, jobs, notified }: LostSubmission): Item {
  return {
    text: oneLine(`${project} @ ${revision.slice(0, 40)} (${submissionId})`),
    tone: "held",
    detail: [
      jobs === null
        ? "its source was not fetched yet"
        : `${notified} of ${formatCount(jobs, "job")} had ended, and their results were sent`,
    ],
  };
}

function itemOfJob({ jobId, test }: { jobId: string; test: string }): Item {
  return { text: oneLine(`${test} (${jobId})`), tone: "held" };
}

function listed(title: string, all: Item[]): { kind: "items"; title: string; items: Item[]; more: number }[] {
  const { shown, more } = atMost(all, shownOfEach);
  return shown.length === 0 ? [] : [{ kind: "items", title, items: shown, more }];
}
