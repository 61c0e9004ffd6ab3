import type { Comparison } from "../../domain/mail/details/changes.js";
import type { FailureIdentifier } from "../../domain/failures/failures.js";
import type { ComponentVersion } from "../../domain/mail/details/component-changes.js";
import type { LogExcerpt } from "../../domain/mail/details/decisive-lines.js";
import type { FailingSince, Run } from "../../domain/mail/details/runs.js";
import type { SignatureFound } from "../../domain/failures/signature.js";
import type { EvidenceLine, Purpose } from "../../domain/verdict/attempt.js";
import type { Variant } from "../../domain/jobs/variant.js";
import type { AbortReason, Outcome } from "../../domain/states.js";

/** A value, or the reason why it is not known. */
export type ValueOrReason<T> = { is: T } | { notKnown: string };

/** The data of every mail about a verdict; nothing may be missing. Times are ISO, spans in ms. */
export interface VerdictFrame {
  jobId: string;
  submissionId: string;
  /** The sender, as grid.yaml has it. */
  from: string;
  /** The same for all jobs of one project, branch, test and variant. */
  historyKey: string;
  test: string;
  variant: Variant;
  owner: string;
  project: string;
  branch: string;
  revision: string;
  submittedAt: string;
  finishedAt: string;
  attempts: MailedAttempt[];
  holds: { reason: string; since: string; heldMs: number }[];
  /** Total held time; overlaps count once. */
  heldMs: number;
  evidence: EvidenceLine[];
  /** Requirements in the code that the author says do not hold. */
  waived: { requirement: string; reason: string }[];
  components: ComponentVersion[];
  /** The last runs of this test, oldest first; this one is the last of them if it passed or failed. */
  runs: Run[];
  links: { job: string; log: string; history: ValueOrReason<string> };
}

export interface MailedAttempt {
  number: number;
  purpose: Purpose;
  machine: string;
  /** Null if the attempt was stopped before it had one. */
  outcome: Outcome | null;
  tookMs: number;
}

export interface PassData {
  verdict: "pass";
  flaky: boolean;
  /** It ran into its time limit, and passed with twice the limit. */
  slow: boolean;
}

export interface FailData {
  verdict: "fail";
  failureIdentifier: FailureIdentifier;
  failing: { name: string; message: string }[];
  /** One line that summarizes the whole proof. */
  proof: string;
  /** Hints for people, such as a missing program, or a service that the test uses but does not require. */
  hints: string[];
  /** Whether every connection of the test was seen, and all of them went to services that it requires. */
  isUseKnown: boolean;
  log: LogExcerpt;
  signatures: SignatureFound[];
  since: FailingSince;
  /** The last run that passed, with which the components are compared. */
  comparedWith: Comparison;
  /** The commands that reproduce the failure. */
  reproduction: string[];
  notMyCode: string;
}

export interface AbortData {
  verdict: "abort";
  /** Null if the job ended for no specific reason. */
  abortReason: AbortReason | null;
  failureIdentifier: FailureIdentifier | null;
  signatures: SignatureFound[];
}

export type VerdictMail = VerdictFrame & (PassData | FailData | AbortData);
