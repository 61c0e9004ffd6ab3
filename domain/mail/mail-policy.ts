import type { AbortReason, Verdict } from "../states.js";

/** The jobs about which a recipient wants mail. */
export const mailWhens = ["all", "failures", "changes"] as const;
export type MailWhen = (typeof mailWhens)[number];

/** Each job in its own mail, or gathered into a digest; `auto` gathers only those of large submissions. */
export const mailForms = ["auto", "jobs", "digest"] as const;
export type MailForm = (typeof mailForms)[number];

/** The mail settings of a suite file or a submission. Missing settings are decided elsewhere. */
export interface MailWish {
  when?: MailWhen | undefined;
  as?: MailForm | undefined;
}

export interface MailPolicy {
  /** A submission of this many jobs or more is reported in digests. */
  digestFrom: number;
  /** Failures of such a submission that have their own mail. */
  alarms: number;
  /** How long a result waits for its digest at most, in ms. */
  digestAfterMs: number;
}

/**
 * How the end of a job is reported: in its own mail, or as a line of a digest. It is not reported if no recipient wants it,
 * or if a newer submission replaced the job.
 */
export const notifiedBy = ["mail", "digest", "unwanted", "superseded"] as const;
export type NotifiedBy = (typeof notifiedBy)[number];

/** A job that has just ended. `previous` is the verdict of the same test before it; null if there is none. */
export interface JobResult {
  verdict: Verdict;
  abortReason: AbortReason | null;
  previous: "pass" | "fail" | null;
}

/**
 * Which recipients want to know. An abort that neither a user nor the test asked for goes to all of them, because somebody
 * must act.
 */
export function wantedBy({ verdict, abortReason, previous }: JobResult): MailWhen[] {
  switch (verdict) {
    case "pass":
      return previous === "fail" ? ["all", "changes"] : ["all"];
    case "fail":
      return previous === "fail" ? ["all", "failures"] : [...mailWhens];
    case "abort":
      return abortReason === "cancelled" || abortReason === "superseded" || abortReason === "skipped"
        ? ["all"]
        : [...mailWhens];
  }
}

/**
 * Which mails a recipient wants: the request's setting comes first, then the recipient's permanent preference, then the
 * suite file.
 */
export function whenFor(asked: MailWish, preference: MailWhen | undefined, suite: MailWish): MailWhen {
  return asked.when ?? preference ?? suite.when ?? "all";
}

/** Whether a submission with this number of jobs is reported in digests. */
export function usesDigests(asked: MailWish, suite: MailWish, jobs: number, { digestFrom }: MailPolicy): boolean {
  const form = asked.as ?? suite.as ?? "auto";
  return form === "digest" || (form === "auto" && jobs >= digestFrom);
}

/** What was reported about a submission so far. `dueAt` is when its digest must be sent, ISO; null if no result waits for one. */
export interface DigestState {
  alarms: number;
  dueAt: string | null;
}

/**
 * How a job is reported if its submission is reported in digests (docs/verdict.md, section 6). The first failures get their
 * own mail at once. All other results wait until the submission is finished, or until the oldest result has waited long enough.
 * @param job `isLast` when no other job of the submission is open
 */
export function chooseDelivery(
  gathering: DigestState,
  job: { verdict: Verdict; isWanted: boolean; isLast: boolean },
  { alarms, digestAfterMs }: MailPolicy,
  now: string,
): { by: Exclude<NotifiedBy, "superseded">; gathering: DigestState } {
  const isAlarm = job.isWanted && job.verdict === "fail" && gathering.alarms < alarms;
  const by = isAlarm ? "mail" : job.isWanted ? "digest" : "unwanted";
  const latest = new Date(Date.parse(now) + digestAfterMs).toISOString();
  const dueAt = by === "digest" ? (gathering.dueAt ?? latest) : gathering.dueAt;
  return {
    by,
    gathering: { alarms: gathering.alarms + (isAlarm ? 1 : 0), dueAt: dueAt !== null && job.isLast ? now : dueAt },
  };
}

/** A recipient of digests, and the lines that they want. */
export interface DigestRecipient {
  address: string;
  wants: (line: { wantedBy: readonly MailWhen[]; abortReason: AbortReason | null }) => boolean;
}

/** The digests that are sent together. Readers who want the same lines share one digest. A reader who wants no line gets none. */
export function shareLines<T extends { wantedBy: readonly MailWhen[]; abortReason: AbortReason | null }>(
  lines: readonly T[],
  readers: readonly DigestRecipient[],
): { recipients: string[]; lines: T[] }[] {
  const shares = new Map<string, { recipients: string[]; lines: T[] }>();
  for (const { address, wants } of readers) {
    const marks = lines.map(wants);
    const key = marks.map(Number).join("");
    const share = shares.get(key) ?? { recipients: [], lines: lines.filter((_line, index) => marks[index]) };
    share.recipients.push(address);
    if (share.lines.length > 0) shares.set(key, share);
  }
  return [...shares.values()];
}

/** The owner, the other recipients and the admins, each once. Admins must know which jobs could not be diagnosed. */
export function recipientsOf(
  addresses: readonly string[],
  admins: readonly string[],
  whenOf: (address: string) => MailWhen,
): DigestRecipient[] {
  return [...new Set([...addresses, ...admins])].map((address) => ({
    address,
    wants: (line) =>
      (addresses.includes(address) && line.wantedBy.includes(whenOf(address))) ||
      (admins.includes(address) && line.abortReason === "undiagnosed"),
  }));
}
