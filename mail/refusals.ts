import { headersOf, messageIdOf, type Message, oneLine, paragraphs, table } from "./message.js";

/** Admins are told of addresses that the relay will have no mails for. Times are ISO. */
export interface RefusalsMail {
  /** What tells this mail from others of its kind. */
  id: string;
  /** At least one. */
  addresses: { recipient: string; mails: number; error: string; since: string }[];
}

export function refusalsMail({ id, addresses }: RefusalsMail): Message {
  const names = addresses.map(({ recipient }) => recipient).join(", ");
  return {
    messageId: messageIdOf("refused", id),
    jobId: null,
    submissionId: null,
    subject: oneLine(`REFUSED mail to ${names}`),
    body: paragraphs([
      "The relay will have no mails for these addresses. Whoever they belong to does not hear how his jobs end; all others do.",
      ...addresses.map(({ recipient, mails, error, since }) =>
        [
          oneLine(recipient),
          table([
            ["Mails", `${mails}, the first at ${since}`],
            ["Relay says", error],
          ]),
        ].join("\n"),
      ),
      table([
        ["See them", "holdfast mails --state refused"],
        ["Try again", "holdfast mails retry <id>"],
      ]),
      "Each address is told of once a day.",
    ]),
    headers: headersOf({ Refused: names }),
  };
}
