import type { JobState, Outcome, Verdict } from "../states.js";
import { assertNever } from "../states.js";
import type { CompanionPurpose, Purpose } from "./attempt.js";

/** The part of an attempt that people see while a failure is verified. */
export interface AttemptSeen {
  number: number;
  purpose: Purpose;
  machine: string;
  endedAt: string | null;
  outcome: Outcome | null;
  failing: readonly string[];
  /** The id of the comparison run in which it was made; null for a run of the job itself. */
  companion: string | null;
}

/** The state of a job before its verdict. */
export interface JobInVerification {
  state: JobState;
  verdict: Verdict | null;
  attempts: readonly AttemptSeen[];
  /** The purpose for which it waits in the queue; null if it does not wait. */
  inLineFor: Purpose | null;
  /** The comparison run whose result is still missing. */
  companion: { jobId: string; purpose: CompanionPurpose; state: JobState; verdict: Verdict | null } | null;
}

/** One sentence, and the comparison run that it is about. */
export interface ProgressLine {
  text: string;
  jobId: string | null;
}

/** What is known about a failure without a verdict, and which proof is still missing. */
export interface VerificationProgress {
  known: ProgressLine[];
  wanted: ProgressLine[];
}

const namesShown = 20;

/** Null unless a failure is being verified, or an isolation trial is running. */
export function verificationProgress(job: JobInVerification): VerificationProgress | null {
  const { verdict, attempts, companion } = job;
  if (verdict !== null) return null;
  const ended = attempts.filter(({ endedAt }) => endedAt !== null);
  const hasFailed = ended.some((attempt) => attempt.companion === null && attempt.outcome === "candidate");
  const isTrial = attempts.some(({ purpose }) => purpose === "isolation") || job.inLineFor === "isolation";
  if (!hasFailed && !isTrial) return null;
  const wanted = [ownRun(job), companion === null ? undefined : comparisonRun(companion)];
  return {
    known: ended.flatMap((attempt) => known(attempt) ?? []),
    wanted: wanted.filter((line) => line !== undefined),
  };
}

/** The purpose of a run, as the end of a sentence; empty for the first run. */
export function purposeText(purpose: Purpose): string {
  switch (purpose) {
    case "test":
      return "";
    case "confirmation":
      return " to confirm a failure";
    case "recheck":
      return " to see whether the failure comes back";
    case "isolation":
      return " to run alone, because its environment broke in earlier runs";
    case "baseline":
      return " for the last passing source, for comparison";
    case "control":
      return " for a control, for comparison";
    case "quiet":
      return " for a quiet window, for comparison";
    default:
      return assertNever(purpose);
  }
}

/** Describes a comparison run. */
export function comparisonText(purpose: CompanionPurpose): string {
  switch (purpose) {
    case "baseline":
      return "a run of the last passing source, for comparison";
    case "control":
      return "a control: a test that passes, in turn with the job that runs alone";
    case "quiet":
      return "a quiet window: a time in which no job uses the service";
    case "reopen":
      return "the same job again, because its verdict is in doubt";
    default:
      return assertNever(purpose);
  }
}

function known(attempt: AttemptSeen): ProgressLine | undefined {
  const { number, machine, outcome, failing, companion } = attempt;
  const line = (text: string): ProgressLine => ({ text: `${subjectOf(attempt)} ${text}`, jobId: companion });
  const names = failing.slice(0, namesShown).join(", ");
  const what = names === "" ? "" : `: ${names}`;
  switch (outcome) {
    case "passed":
      return line(`passed on ${machine}.`);
    case "candidate":
      if (attempt.purpose === "baseline")
        return line(`does not pass on ${machine} any more${what}. The environment of the test has changed.`);
      return line(`failed on ${machine}${what}.`);
    case "dirty":
      return line(`ran on ${machine} in an unhealthy environment: that proves nothing.`);
    case "infrastructure":
      return line(`was stopped on ${machine} by infrastructure: that proves nothing.`);
    case "skipped":
      return line(`was skipped on ${machine}, because the test says so.`);
    case "user":
    case null:
      return companion === null ? { text: `Attempt ${number} on ${machine} had no result.`, jobId: null } : undefined;
    default:
      return assertNever(outcome);
  }
}

function subjectOf({ number, purpose }: AttemptSeen): string {
  switch (purpose) {
    case "test":
      return `Attempt ${number}`;
    case "confirmation":
      return `Attempt ${number}, a confirmation,`;
    case "recheck":
      return `Attempt ${number}, a recheck,`;
    case "isolation":
      return `Attempt ${number}, alone,`;
    case "baseline":
      return `Attempt ${number}, of the last passing source,`;
    case "control":
      return `Attempt ${number}, a control,`;
    case "quiet":
      return `Attempt ${number}, a quiet window,`;
    default:
      return assertNever(purpose);
  }
}

/** The job's own next run, and how far it is. */
function ownRun({ state, attempts, inLineFor }: JobInVerification): ProgressLine | undefined {
  const last = attempts.findLast(({ companion }) => companion === null);
  switch (state) {
    case "analysing":
      return undefined;
    case "waiting":
    case "held":
      return inLineFor === null
        ? undefined
        : {
            text: `${runText(inLineFor)} ${state === "held" ? "It is held." : "It waits for a machine."}`,
            jobId: null,
          };
    case "preparing":
    case "running":
      return last === undefined
        ? undefined
        : { text: `${runText(last.purpose)} It is ${state} on ${last.machine}, attempt ${last.number}.`, jobId: null };
    case "verifying":
      return last === undefined || last.outcome !== null
        ? undefined
        : { text: `Attempt ${last.number} is compared with what is known about its environment.`, jobId: null };
    case "finished":
      return undefined;
    default:
      return assertNever(state);
  }
}

function runText(purpose: Purpose): string {
  switch (purpose) {
    case "confirmation":
      return "Next: a confirmation, on another machine if there is one.";
    case "recheck":
      return "Next: another run, because the failure did not come back.";
    case "isolation":
      return "Next: a run alone, while no other job uses what broke.";
    case "test":
    case "baseline":
    case "control":
    case "quiet":
      return "Next: rerun the test; verification has restarted.";
    default:
      return assertNever(purpose);
  }
}

function comparisonRun({ jobId, purpose, state, verdict }: NonNullable<JobInVerification["companion"]>): ProgressLine {
  const where = verdict === null ? `it is ${state}` : "it has ended";
  return { text: `Next: ${comparisonText(purpose)} (job ${jobId}, ${where}).`, jobId };
}
