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
  closed: T[];
  reminders: T[];
}

/** How many times `gatherMs` an unclear root cause is waited for. */
const patience = 10;

/**
 * What is to be told now. As soon as one outage's beginning is due, all that have begun are told with it, so that
 * several services at once are one notice; the same holds for reminders.
 */
export function dueNotices<T extends Telling>(outages: readonly T[], now: string, policy: NoticePolicy): DueNotices<T> {
  const ageMs = (time: string) => Date.parse(now) - Date.parse(time);
  const untold = outages.filter(({ toldAt }) => toldAt === null);
  const isDue = ({ recordedAt, isUnclear }: T) => ageMs(recordedAt) >= policy.gatherMs * (isUnclear ? patience : 1);
  const lasting = outages.filter(({ toldAt, endedAt }) => toldAt !== null && endedAt === null);
  const mustRemind = lasting.some(
    (outage) => ageMs(outage.remindedAt ?? outage.toldAt!) >= reminderAfterMs(outage.reminders, policy),
  );
  return {
    opened: untold.some(isDue) ? untold : [],
    closed: outages.filter(
      ({ toldAt, endedAt }) => toldAt !== null && endedAt !== null && ageMs(endedAt) >= policy.calmMs,
    ),
    reminders: mustRemind ? lasting : [],
  };
}

/** How long after the last word of it an outage that lasts is told again. */
export function reminderAfterMs(reminders: number, { remindMs, remindMaxMs }: NoticePolicy): number {
  return Math.min(remindMaxMs, remindMs * 2 ** Math.min(reminders, 30));
}
