import { formatCount, formatShare } from "../../domain/reports/downtime-wording.js";
import { type Message, messageOf } from "../message.js";

/** A notice for admins: too many attempts are lost to infrastructure. Shares from 0 to 1. */
export interface ShareMail {
  from: string;
  /** An ISO date: there is one mail per day. */
  day: string;
  share: number;
  target: number;
  attempts: number;
  lost: number;
  lostBy: { failureIdentifier: string | null; attempts: number; share: number; target: number | null }[];
  page: string;
}

const causesShown = 40;

export function shareMail({ from, day, share, target, attempts, lost, lostBy, page }: ShareMail): Message {
  const worst = lostBy.find((entry) => entry.target !== null && entry.share > entry.target);
  const title =
    share > target || worst === undefined
      ? `${formatShare(share)} of attempts lost to infrastructure, target ${formatShare(target)}`
      : `${formatShare(worst.share)} of attempts lost by ${worst.failureIdentifier}, target ${formatShare(worst.target)}`;
  return messageOf({
    kind: "share",
    id: day,
    from,
    jobId: null,
    submissionId: null,
    subject: `SERVICE LEVEL ${title}`,
    document: {
      tone: "held",
      badge: "SERVICE LEVEL",
      title,
      lead: [
        `${lost} of ${attempts} attempts were lost to infrastructure. Their jobs are held and run again. Please fix the causes.`,
      ],
      parts: [
        {
          kind: "facts",
          title: "Lost by",
          facts: lostBy.slice(0, causesShown).map(({ failureIdentifier, attempts: count, ...own }) => ({
            name: failureIdentifier ?? "unknown",
            value: `${formatCount(count, "attempt")}, ${formatShare(own.share)}${own.target === null ? "" : `, target ${formatShare(own.target)}`}`,
          })),
        },
        { kind: "facts", title: "Links", facts: [{ name: "Report", value: page, link: page }] },
      ],
    },
    about: { Level: "infrastructure-share" },
    list: "admins",
    thread: "infrastructure-share",
  });
}
