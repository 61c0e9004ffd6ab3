import { headersOf, messageIdOf, type Message, oneLine, paragraphs, table } from "./message.js";

/** Admins are told that too many attempts are lost to infrastructure. Shares from 0 to 1. */
export interface ShareMail {
  /** ISO time, to the day; one mail a day. */
  day: string;
  share: number;
  target: number;
  attempts: number;
  lost: number;
  lostBy: { failureIdentifier: string | null; attempts: number }[];
  page: string;
}

export function shareMail({ day, share, target, attempts, lost, lostBy, page }: ShareMail): Message {
  return {
    messageId: messageIdOf("share", day),
    jobId: null,
    submissionId: null,
    subject: oneLine(`SERVICE LEVEL ${percent(share)} of attempts lost to infrastructure, target ${percent(target)}`),
    body: paragraphs([
      `${lost} of ${attempts} attempts were lost to infrastructure. Their jobs are kept and run again; what is broken is to be mended.`,
      table(
        lostBy.map(
          ({ failureIdentifier, attempts: count }) => [failureIdentifier ?? "unknown", `${count} attempts`] as const,
        ),
      ),
      table([["Report", page]]),
    ]),
    headers: headersOf({ Level: "infrastructure-share" }),
  };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
