import type { NotifiedBy } from "../mail/mail-policy.js";
import type { Ending } from "../verdict/decision.js";

/** Something that stays true even if an older copy of the database replaces the current one. */
export type JournalEntry =
  | {
      kind: "submission";
      submissionId: string;
      owner: string;
      project: string;
      revision: string;
      /** Null while its source is not fetched yet. */
      jobs: number | null;
      /** Null for a very large submission. */
      jobIds: string[] | null;
      /** It ended without jobs, and its owner was notified. */
      isOver: boolean;
    }
  | {
      kind: "verdict";
      jobId: string;
      submissionId: string;
      test: string;
      ending: Ending;
      /** How the verdict is reported. */
      how: NotifiedBy;
    }
  | {
      kind: "mail";
      messageId: string;
      submissionId: string | null;
      /** The recipients who have it. */
      recipients: string[];
      /** Whether all its recipients have it now. */
      isWhole: boolean;
      /** The jobs whose verdicts it reports. */
      jobs: string[];
    }
  | { kind: "order"; at: string; actor: string; action: string; target: string };

/** Entries that are stored in Temporal together. */
export interface JournalBatch {
  /** Random; no two batches have the same one. */
  id: string;
  /** Consecutive batches have consecutive numbers. */
  number: number;
  entries: JournalEntry[];
}
