import type { JournalEntry } from "./journal.js";

type Entry<K extends JournalEntry["kind"]> = Extract<JournalEntry, { kind: K }>;

/** A job whose workflow runs. */
export interface RunningJob {
  jobId: string;
  test: string;
  owner: string;
  /** It watches a service. */
  isProbe: boolean;
}

/** What the database knows about the entries of a journal. */
export interface Known {
  /** Submissions, and how many jobs each has. */
  submissions: ReadonlyMap<string, number>;
  jobs: ReadonlySet<string>;
}

/** A submission that the database no longer has. */
export interface LostSubmission extends Entry<"submission"> {
  /** How many of its jobs have a verdict that people know. */
  notified: number;
}

/** A verdict that people already know. `toldBy` is the id of its mail; null if there was no mail, or if it was a digest. */
export interface ReportedVerdict extends Entry<"verdict"> {
  toldBy: string | null;
}

/** The changes that bring an older database up to date. */
export interface RestorePlan {
  mails: Entry<"mail">[];
  /**
   * Verdicts of jobs that the database has. A verdict that some recipients do not know is not in this list: the job runs
   * again.
   */
  verdicts: ReportedVerdict[];
  /** How many known verdicts belong to jobs that the database does not have. */
  notifiedOfUnknown: number;
  /** Submissions that the database does not have, or has without their jobs, if people do not know all their verdicts. */
  lost: LostSubmission[];
  /** Submissions that would be fetched again although people know verdicts of their jobs. */
  alreadyReported: string[];
  /** Running jobs that neither the database nor the journal knows. */
  stopped: RunningJob[];
  orders: Entry<"order">[];
}

/** Compares the entries of a journal, oldest first, with an older database. The same entry may come twice. */
export function planRestore(
  entries: readonly JournalEntry[],
  running: readonly RunningJob[],
  known: Known,
): RestorePlan {
  const of = <K extends JournalEntry["kind"]>(kind: K) =>
    entries.filter((entry): entry is Entry<K> => entry.kind === kind);
  const mails = of("mail");
  const digested = new Set(mails.flatMap(({ jobs }) => jobs));
  const toldBy = new Map(
    mails.filter(({ isWhole }) => isWhole).flatMap(({ jobs, messageId }) => jobs.map((jobId) => [jobId, messageId])),
  );
  const isTold = ({ jobId, how }: Entry<"verdict">) =>
    how === "unwanted" || (how === "mail" ? toldBy.has(jobId) : digested.has(jobId));
  const notified = new Map(
    of("verdict")
      .filter(isTold)
      .map((entry) => [entry.jobId, entry]),
  );
  const notifiedOf = new Map<string, number>();
  for (const { submissionId } of notified.values())
    notifiedOf.set(submissionId, (notifiedOf.get(submissionId) ?? 0) + 1);
  const latest = new Map(of("submission").map((entry) => [entry.submissionId, entry]));
  const gone = [...latest.values()]
    .map((entry) => ({ ...entry, notified: notifiedOf.get(entry.submissionId) ?? 0 }))
    .filter(({ submissionId, jobs, isOver, notified: count }) => {
      if (!known.submissions.has(submissionId)) return !isOver;
      return jobs !== null && known.submissions.get(submissionId) === 0 && count > 0;
    });
  const noted = new Set([...latest.values()].flatMap(({ jobIds }) => jobIds ?? []));
  return {
    mails,
    verdicts: [...notified.values()]
      .filter(({ jobId }) => known.jobs.has(jobId))
      .map((entry) => ({ ...entry, toldBy: entry.how === "mail" ? (toldBy.get(entry.jobId) ?? null) : null })),
    notifiedOfUnknown: [...notified.keys()].filter((jobId) => !known.jobs.has(jobId)).length,
    lost: gone.filter(({ jobs, notified: count }) => jobs === null || count < jobs),
    alreadyReported: gone.map(({ submissionId }) => submissionId).filter((id) => known.submissions.has(id)),
    // Comparison runs and tests that watch services are left out: their job, or the monitor, starts them again.
    stopped: running.filter(
      ({ jobId, isProbe }) => !known.jobs.has(jobId) && !noted.has(jobId) && !jobId.includes(".") && !isProbe,
    ),
    orders: [...new Map(of("order").map((order) => [JSON.stringify(order), order])).values()],
  };
}
