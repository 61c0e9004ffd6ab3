import type { JournalEntry } from "./journal.js";

type Entry<K extends JournalEntry["kind"]> = Extract<JournalEntry, { kind: K }>;

/** What the database has of the things that a journal tells of. */
export interface Known {
  /** Submissions, and how many jobs each has. */
  submissions: ReadonlyMap<string, number>;
  jobs: ReadonlySet<string>;
}

/** A submission that the database does not have any more. */
export interface LostSubmission extends Entry<"submission"> {
  /** Of how many of its jobs the verdict was told. */
  told: number;
}

/** A verdict that people know already. `toldBy` is the id of the mail; null if nobody wanted one. */
export interface ToldVerdict extends Entry<"verdict"> {
  toldBy: string | null;
}

/** What has to be done so that an older database agrees with what has happened since. */
export interface RestorePlan {
  mails: Entry<"mail">[];
  /** Verdicts of jobs that the database has. A verdict that nobody was told of is reached again. */
  verdicts: ToldVerdict[];
  /** How many verdicts were told of jobs that the database does not have. */
  toldOfUnknown: number;
  /** Submissions of which the database has nothing, and which had jobs without a told verdict. */
  lost: LostSubmission[];
  /** Submissions that would be fetched again, although verdicts of their jobs were told. */
  begunElsewhere: string[];
  orders: Entry<"order">[];
}

/** Compares the entries of a journal, oldest first, with an older database. The same entry may come twice. */
export function planRestore(entries: readonly JournalEntry[], known: Known): RestorePlan {
  const of = <K extends JournalEntry["kind"]>(kind: K) =>
    entries.filter((entry): entry is Entry<K> => entry.kind === kind);
  const mails = of("mail");
  const toldBy = new Map(mails.flatMap(({ jobs, messageId }) => jobs.map((jobId) => [jobId, messageId] as const)));
  const told = new Map(
    of("verdict")
      .filter(({ jobId, how }) => how === "unwanted" || toldBy.has(jobId))
      .map((entry) => [entry.jobId, { ...entry, toldBy: toldBy.get(entry.jobId) ?? null }]),
  );
  const toldOf = (submissionId: string) =>
    [...told.values()].filter((each) => each.submissionId === submissionId).length;
  const latest = new Map(of("submission").map((entry) => [entry.submissionId, entry]));
  const gone = [...latest.values()].filter(
    ({ submissionId, jobs }) =>
      !known.submissions.has(submissionId) ||
      (jobs !== null && known.submissions.get(submissionId) === 0 && toldOf(submissionId) > 0),
  );
  return {
    mails,
    verdicts: [...told.values()].filter(({ jobId }) => known.jobs.has(jobId)),
    toldOfUnknown: [...told.keys()].filter((jobId) => !known.jobs.has(jobId)).length,
    lost: gone
      .map((entry) => ({ ...entry, told: toldOf(entry.submissionId) }))
      .filter(({ jobs, told: count }) => jobs === null || count < jobs),
    begunElsewhere: gone.map(({ submissionId }) => submissionId).filter((id) => known.submissions.has(id)),
    orders: [...new Map(of("order").map((order) => [JSON.stringify(order), order])).values()],
  };
}
