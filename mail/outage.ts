import { headersOf, messageIdOf, type Message, oneLine, paragraphs, table } from "./message.js";

/** What an admin is told when a service goes down. */
export interface OutageMail {
  outageId: string;
  service: string;
  since: string;
  detail: string;
  running: number;
  held: number;
  runbook: string | null;
  page: string;
}

export function outageMail(mail: OutageMail): Message {
  return {
    messageId: messageIdOf("outage", mail.outageId),
    jobId: null,
    submissionId: null,
    subject: oneLine(`DOWN service ${mail.service}, since ${mail.since}`),
    body: paragraphs([
      `Service ${mail.service} is down since ${mail.since}. Jobs that need it are on hold; all others run on.`,
      table([
        ["Probe says", mail.detail],
        ["Running jobs that need it", String(mail.running)],
        ["Jobs held for it so far", String(mail.held)],
        ["Runbook", mail.runbook ?? "none given in grid.yaml"],
        ["Grid", mail.page],
      ]),
    ]),
    headers: headersOf({ Service: mail.service, Outage: mail.outageId }),
  };
}
