import { timeOf } from "../../domain/time/time-text.js";
import { type Message, messageOf } from "../message.js";
import { atMost, oneLine } from "../rendering/plain.js";

/** A notice for admins: the relay refuses mails for some addresses. Times are ISO. */
export interface RefusalsMail {
  from: string;
  /** Distinguishes this mail from others of its kind. */
  id: string;
  /** At least one. */
  addresses: { recipient: string; mails: number; error: string; since: string }[];
}

const addressesShown = 50;

export function refusalsMail({ from, id, addresses }: RefusalsMail): Message {
  const names = addresses.map(({ recipient }) => recipient).join(", ");
  const { shown, more } = atMost(addresses, addressesShown);
  return messageOf({
    kind: "refused",
    id,
    from,
    jobId: null,
    submissionId: null,
    subject: `REFUSED mail to ${names}`,
    document: {
      tone: "held",
      badge: "REFUSED",
      title: `mail to ${names}`,
      lead: [
        "The relay does not accept mails for these addresses, so their owners do not get the results of their jobs. All other recipients do. You get this mail once a day for each address.",
      ],
      parts: [
        {
          kind: "items",
          title: "Addresses",
          more,
          items: shown.map(({ recipient, mails, error, since }) => ({
            text: oneLine(recipient),
            tone: "held",
            aside: `${mails === 1 ? "one mail" : `${mails} mails`} since ${timeOf(since)}`,
            detail: [`the relay says: ${oneLine(error, 300)}`],
          })),
        },
        {
          kind: "commands",
          title: "What to do",
          lead: "List the mails, and send one again when its address works:",
          commands: ["holdfast mails --state refused", "holdfast mails retry <id>"],
        },
      ],
    },
    about: { Refused: names },
    list: "admins",
    thread: null,
  });
}
