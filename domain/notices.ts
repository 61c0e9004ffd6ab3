/** When admins are told of outages. Times in ms. */
export interface NoticePolicy {
  /** Outages that begin within this time share a notice. */
  gatherMs: number;
  /** How long an outage must be over before its end is told; one that flaps is not over. */
  calmMs: number;
  /** First reminder of an outage that lasts; each next one takes twice as long, up to `remindMaxMs`. */
  remindMs: number;
  remindMaxMs: number;
}

/** What notices need to know of an outage. ISO times; null for what has not happened. */
export interface Telling {
  service: string;
  /** Null where it is one for all machines. */
  machine: string | null;
  /** The service below that is to be mended first; null where it is its own, or not known. */
  cause: string | null;
  recordedAt: string;
  endedAt: string | null;
  toldAt: string | null;
  remindedAt: string | null;
  reminders: number;
  /** What it depends on may be going down too: the root cause is not known yet. */
  isUnclear: boolean;
}

export interface DueNotices<T> {
  opened: T[];
  /** Began because of what has been told already, or before its last end was: no second alarm. They stand in reminders and in the end. */
  silent: T[];
  closed: T[];
  reminders: T[];
}

/** How many times `gatherMs` an unclear root cause, or the end of others, is waited for. */
const patience = 10;

/**
 * What is to be told now. As soon as one outage's beginning is due, all that have begun are told with it, so that
 * several services at once are one notice; the same holds for reminders, and for ends as soon as all of them are calm.
 */
export function dueNotices<T extends Telling>(outages: readonly T[], now: string, policy: NoticePolicy): DueNotices<T> {
  const ageMs = (time: string) => Date.parse(now) - Date.parse(time);
  const isSame = (one: T, other: T) => one !== other && one.service === other.service && one.machine === other.machine;
  const isKnown = (outage: T) =>
    outages.some(
      (other) =>
        other.toldAt !== null && (isSame(other, outage) || (other.service === outage.cause && other.endedAt === null)),
    );
  const [silent, untold] = [true, false].map((known) =>
    outages.filter((outage) => outage.toldAt === null && isKnown(outage) === known),
  ) as [T[], T[]];
  const isDue = ({ recordedAt, isUnclear }: T) => ageMs(recordedAt) >= policy.gatherMs * (isUnclear ? patience : 1);
  const lasting = outages.filter(({ toldAt, endedAt }) => toldAt !== null && endedAt === null);
  const mustRemind = lasting.some(
    (outage) => ageMs(outage.remindedAt ?? outage.toldAt!) >= reminderAfterMs(outage.reminders, policy),
  );
  const isDownAgain = (outage: T) => outages.some((other) => isSame(other, outage) && other.endedAt === null);
  const over = outages.filter((outage) => outage.toldAt !== null && outage.endedAt !== null && !isDownAgain(outage));
  const calm = over.filter(({ endedAt }) => ageMs(endedAt!) >= policy.calmMs);
  const isWaitedFor = calm.every(({ endedAt }) => ageMs(endedAt!) < policy.calmMs + patience * policy.gatherMs);
  return {
    opened: untold.some(isDue) ? untold : [],
    silent,
    closed: calm.length < over.length && isWaitedFor ? [] : calm,
    reminders: mustRemind ? lasting : [],
  };
}

/** How long after the last word of it an outage that lasts is told again. */
export function reminderAfterMs(reminders: number, { remindMs, remindMaxMs }: NoticePolicy): number {
  return Math.min(remindMaxMs, remindMs * 2 ** Math.min(reminders, 30));
}
