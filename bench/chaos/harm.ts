import type { Job } from "../../client/grid-client.js";
import type { InboxMessage } from "../../grid/inbox/store.js";
import type { Defect } from "./plan.js";
import type { Overlap } from "./presence.js";
import type { Outcome } from "./tracker.js";

/** The counts of harm. All must be zero. */
export const harmCounts = [
  "falseAlarms",
  "missedAlarms",
  "lostMails",
  "doubledMails",
  "stuckJobs",
  "overlaps",
] as const;
export type HarmCount = (typeof harmCounts)[number];

export interface Harm {
  harm: HarmCount;
  jobId: string | null;
  test: string;
  defect: Defect | null;
  why: string;
}

export interface Tally {
  good: number;
  broken: number;
  harms: Harm[];
  /** Copies of a mail with the same Message-ID. The inbox shows only one of them. */
  resent: number;
  /** Mails that answered a failure mail, because an outage had made it doubtful. */
  corrections: number;
  /** Attempts without a result. */
  attemptsLost: number;
  attempts: number;
}

/** Compares the end of each job, and the mails to its owner, with what the job is by construction. */
export function countHarm(
  outcomes: readonly Outcome[],
  mails: readonly InboxMessage[],
  overlaps: readonly Overlap[] = [],
): Tally {
  const judged = outcomes.map((outcome) => ({ ...outcome, isBroken: isBroken(outcome) }));
  const attempts = outcomes.flatMap(({ job }) => job?.attempts ?? []);
  return {
    good: judged.filter((each) => !each.isBroken).length,
    broken: judged.filter((each) => each.isBroken).length,
    harms: judged.flatMap((each) => {
      const received = each.job === undefined ? [] : mailsOf(each.job, mails);
      const corrections = each.job === undefined ? [] : correctionsOf(each.job, mails);
      const found = [
        ...harmOfVerdict(each, received),
        ...harmOfMails(each, received),
        ...harmOfCorrections(each, corrections),
        ...overlaps
          .filter(({ jobId }) => jobId === each.job?.jobId)
          .map(({ why }) => ({ harm: "overlaps" as const, why: `${why}; ${describe(each.job!)}` })),
      ];
      return found.map((harm) => ({
        jobId: each.job?.jobId ?? null,
        test: each.planned.name,
        defect: each.planned.defect,
        ...harm,
      }));
    }),
    resent: mails.reduce((total, { copies }) => total + copies - 1, 0),
    corrections: mails.filter(({ subject }) => isCorrection(subject)).length,
    attempts: attempts.length,
    attemptsLost: attempts.filter(({ outcome }) => outcome === "dirty" || outcome === "infrastructure").length,
  };
}

/**
 * Whether the job's code is broken, as far as the grid could see it. A job that fails only now and then, or only on one
 * machine, counts as not broken if its first run with a result passed. Runs before the verification started over do not
 * count, as in `Oracle`.
 */
function isBroken({ planned, job }: Outcome): boolean {
  if (planned.defect === null || !isIntermittent(planned.defect)) return planned.defect !== null;
  const attempts = job?.attempts ?? [];
  const counted = attempts.slice(attempts.findLastIndex(startsOver) + 1);
  const first = counted.find(
    (attempt) => !isComparisonRun(attempt) && (attempt.outcome === "passed" || attempt.outcome === "candidate"),
  );
  return first?.outcome !== "passed";
}

function isIntermittent(defect: Defect): boolean {
  return defect === "one-in-three" || defect === "one-machine";
}

type Attempt = Job["attempts"][number];

function isComparisonRun({ purpose }: Attempt): boolean {
  return purpose === "baseline" || purpose === "control" || purpose === "quiet";
}

function startsOver(attempt: Attempt): boolean {
  if (attempt.purpose === "baseline") return attempt.outcome === "candidate";
  return isComparisonRun(attempt) && attempt.outcome !== "passed";
}

type Found = Pick<Harm, "harm" | "why">;

function harmOfVerdict(
  { planned, job, isBroken }: Outcome & { isBroken: boolean },
  received: readonly InboxMessage[],
): Found[] {
  if (job === undefined || job.verdict === null) {
    const why = job === undefined ? "its submission never had this job" : `${job.state}: ${lastHold(job)}`;
    return [{ harm: "stuckJobs", why }, ...(isBroken ? [{ harm: "missedAlarms" as const, why }] : [])];
  }
  const how = describe(job);
  if (isBroken) return job.verdict === "fail" ? [] : [{ harm: "missedAlarms", why: how }];
  // This defect shows only by chance, so either verdict is right.
  if (job.verdict === "fail" && planned.defect !== null) return [];
  if (job.verdict !== "pass") return [{ harm: "falseAlarms", why: how }];
  const alarm = received.find(({ subject }) => /^(re: *)?fail/i.test(subject));
  return alarm === undefined ? [] : [{ harm: "falseAlarms", why: `${how}, but mailed "${alarm.subject}"` }];
}

function harmOfMails({ job }: Outcome, received: readonly InboxMessage[]): Found[] {
  if (job === undefined || job.verdict === null) return [];
  if (received.length === 0) return [{ harm: "lostMails", why: `${job.verdict}, but no mail was received` }];
  if (received.length === 1) return [];
  return [{ harm: "doubledMails", why: received.map(({ subject }) => `"${subject}"`).join(" and ") }];
}

/** Corrections that take back the failure of a job that always fails. */
function harmOfCorrections({ planned }: Outcome, corrections: readonly InboxMessage[]): Found[] {
  if (planned.defect === null || isIntermittent(planned.defect)) return [];
  const wrong = corrections.filter(({ subject }) => !subject.endsWith(": fail"));
  return wrong.map(({ subject }) => ({ harm: "missedAlarms", why: `"${subject}"` }));
}

/**
 * The messages that notified the owner of the verdict: the job's own mail, or the digest that names it. Corrections, which
 * answer such a mail, are counted separately.
 */
export function mailsOf({ jobId, submissionId, owner }: Job, mails: readonly InboxMessage[]): InboxMessage[] {
  return mails.filter(({ headers, text, to, subject }) => {
    if (!to.includes(owner) || isCorrection(subject)) return false;
    const about = headers["x-holdfast-job"];
    if (about !== undefined) return about === jobId;
    return headers["x-holdfast-submission"] === submissionId && text.includes(jobId);
  });
}

function correctionsOf({ jobId }: Job, mails: readonly InboxMessage[]): InboxMessage[] {
  return mails.filter(({ headers, subject }) => isCorrection(subject) && headers["x-holdfast-corrects"] === jobId);
}

function isCorrection(subject: string): boolean {
  return subject.startsWith("CORRECTION ");
}

function describe(job: Job): string {
  const reason = job.abortReason ?? job.failureIdentifier ?? "";
  const runs = job.attempts.map(
    ({ purpose, machine, outcome, failureIdentifier, startedAt, endedAt }) =>
      `${purpose} on ${machine} ${outcome ?? "open"}${failureIdentifier === null ? "" : ` (${failureIdentifier})`}, ${timeOf(startedAt)}–${timeOf(endedAt)}`,
  );
  return `${job.verdict}${reason === "" ? "" : ` (${reason})`} after ${runs.join("; ") || "no attempt"}`;
}

/** Precise enough to show which runs overlapped: `09:41:07.250`. */
function timeOf(at: string | null): string {
  return at === null ? "" : at.slice(11, 23);
}

function lastHold({ holds }: Job): string {
  const hold = holds.at(-1);
  return hold === undefined
    ? "was never held"
    : `${hold.reason} ${hold.service ?? ""} ${hold.detail} since ${hold.since}`;
}
