import type { FailureIdentifier } from "../../domain/failures/failures.js";
import { helpOf } from "../../domain/failures/failures.js";
import { timeOf } from "../../domain/time/time-text.js";
import { testTitle, type Variant } from "../../domain/jobs/variant.js";
import { type Message, messageOf } from "../message.js";
import { calm } from "../rendering/plain.js";

/** A notice for admins: a test has stopped passing, and its code seems not to be the reason. `at` is an ISO time. */
export interface EnvironmentMail {
  from: string;
  jobId: string;
  project: string;
  branch: string;
  test: string;
  variant: Variant;
  failureIdentifier: FailureIdentifier;
  text: string;
  failing: string[];
  at: string;
  page: string;
}

const failingShown = 10;

/** At most one mail per test and day, however many of its jobs are affected. */
export function environmentMail(mail: EnvironmentMail): Message {
  const title = testTitle(mail.test, mail.variant);
  const day = mail.at.slice(0, 10);
  const failing = mail.failing.slice(0, failingShown).map((name) => name.slice(0, 200));
  return messageOf({
    kind: "environment",
    id: JSON.stringify([mail.project, mail.branch, title, day]),
    from: mail.from,
    jobId: null,
    submissionId: null,
    subject: `ENVIRONMENT of ${title.slice(0, 110)} · ${mail.project.slice(0, 60)}: ${mail.failureIdentifier}`,
    document: {
      tone: "held",
      badge: "ENVIRONMENT",
      title,
      lead: [
        mail.text,
        `${calm(helpOf(mail.failureIdentifier))} Its author was not notified. The job runs again later. Other jobs may be held for the same reason: see \`holdfast queue\`.`,
      ],
      parts: [
        {
          kind: "facts",
          title: "The test",
          facts: [
            { name: "Test", value: title },
            { name: "Project", value: `${mail.project} (${mail.branch})` },
            { name: "Job", value: mail.jobId },
            { name: "What did not pass", value: failing.join(", ") || "the test as a whole" },
            { name: "Seen", value: timeOf(mail.at) },
            { name: "Page", value: mail.page, link: mail.page },
          ],
        },
      ],
    },
    about: { Test: title, Project: mail.project },
    list: "admins",
    thread: null,
  });
}
