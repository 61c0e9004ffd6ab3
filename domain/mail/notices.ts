import type { ServiceState } from "../states.js";

/** When admins get notices about outages. Times in ms. */
export interface NoticePolicy {
  /** Outages that begin within this time share a notice. */
  gatherMs: number;
  /** How long an outage must be over before admins get the notice of its end. While a service flaps, its outage is not over. */
  calmMs: number;
  /** When the first reminder of an ongoing outage is sent; the time doubles with each one, up to `remindMaxMs`. */
  remindMs: number;
  remindMaxMs: number;
}

/** What notices need to know of an outage. ISO times; null for what has not happened. */
export interface OutageForNotice {
  service: string;
  /** The only machine that saw it; null for the whole grid. */
  machine: string | null;
  /** The service whose own outage explains this one. */
  cause: string | null;
  recordedAt: string;
  endedAt: string | null;
  toldAt: string | null;
  remindedAt: string | null;
  reminders: number;
  /** A service that it depends on may be going down too: the root cause is not known yet. */
  isUnclear: boolean;
}

export interface DueNotices<T> {
  opened: T[];
  /** The service went down again before admins got the notice that its last outage had ended. There is no second notice. */
  silent: T[];
  closed: T[];
  reminders: T[];
}

/** How long to wait for an unclear root cause, in multiples of `gatherMs`. */
const patience = 10;
/** How long the notice of an end waits at most for other ends, in multiples of `calmMs`. */
const endPatience = 2;

/**
 * The notices that are due now. As soon as the notice of one outage is due, all outages that have begun share it, so that
 * several services that fail together make one notice. The same holds for reminders and ends. An outage whose root cause
 * was reported gets no separate notice: reminders and the end of its cause name it. It gets one only if it lasts longer.
 * @param outages all outages whose end was not reported yet
 */
export function dueNotices<T extends OutageForNotice>(
  outages: readonly T[],
  now: string,
  policy: NoticePolicy,
): DueNotices<T> {
  const ageMs = (time: string) => Date.parse(now) - Date.parse(time);
  const notified = outages.filter(({ toldAt }) => toldAt !== null);
  const untold = outages.filter(({ toldAt }) => toldAt === null);
  const silent = untold.filter((outage) => notified.some((other) => isOfSame(other, outage)));
  const explained = untold.filter(
    (outage) => !silent.includes(outage) && notified.some((other) => explains(other, outage)),
  );
  const news = untold.filter((outage) => !silent.includes(outage) && !explained.includes(outage));
  const isDue = ({ recordedAt, isUnclear }: T) => ageMs(recordedAt) >= policy.gatherMs * (isUnclear ? patience : 1);
  const lasting = outages.filter((outage) => outage.endedAt === null && !news.includes(outage));
  const mustRemind = lasting.some(
    ({ toldAt, remindedAt, reminders }) =>
      toldAt !== null && ageMs(remindedAt ?? toldAt) >= reminderAfterMs(reminders, policy),
  );
  return {
    opened: news.some(isDue) ? news : [],
    silent,
    closed: closedOf(
      notified.filter((outage) => !lasting.some((other) => isOfSame(other, outage))),
      explained,
      (time, calms) => ageMs(time) >= policy.calmMs * calms,
    ),
    reminders: mustRemind ? lasting : [],
  };
}

function closedOf<T extends OutageForNotice>(
  notified: readonly T[],
  explained: readonly T[],
  hasPassed: (endedAt: string, calms: number) => boolean,
): T[] {
  const isOver = ({ endedAt }: T, calms: number) => endedAt !== null && hasPassed(endedAt, calms);
  const over = notified.filter(({ endedAt }) => endedAt !== null);
  const below = explained.filter((outage) => outage.endedAt !== null && over.some((cause) => explains(cause, outage)));
  const isAllCalm = [...over, ...below].every((outage) => isOver(outage, 1));
  if (!isAllCalm && !over.some((outage) => isOver(outage, endPatience))) return [];
  const closed = over.filter((outage) => isOver(outage, 1));
  return [...closed, ...below.filter((outage) => closed.some((cause) => explains(cause, outage)))];
}

function isOfSame(one: OutageForNotice, other: OutageForNotice): boolean {
  return one !== other && one.service === other.service && one.machine === other.machine;
}

function explains(cause: OutageForNotice, { cause: named }: OutageForNotice): boolean {
  return cause.machine === null && cause.service === named;
}

/**
 * Whether a dependency of a service may turn out to be the root cause of its outage: the dependency fails its probes, or was
 * not probed since.
 */
export function mayBeCause(
  dependency: { state: ServiceState; failuresInRow: number; lastProbeAt: string | null },
  startedAt: string,
): boolean {
  const { state, failuresInRow, lastProbeAt } = dependency;
  return state !== "down" && (failuresInRow > 0 || lastProbeAt === null || lastProbeAt < startedAt);
}

/** How long after its last notice an ongoing outage gets a reminder. */
export function reminderAfterMs(reminders: number, { remindMs, remindMaxMs }: NoticePolicy): number {
  return Math.min(remindMaxMs, remindMs * 2 ** Math.min(reminders, 30));
}
