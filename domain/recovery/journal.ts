import type { NotifiedBy } from "../mail/mail-policy.js";
import type { Ending } from "../verdict/decision.js";

/** One thing that stays true when an older copy of the database takes the place of the current one. */
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
      /** Those who have it. */
      recipients: string[];
      /** Whether all its recipients have it now. */
      isWhole: boolean;
      /** The jobs whose verdicts it reports. */
      jobs: string[];
    }
  | { kind: "order"; at: string; actor: string; action: string; target: string };

/** Some entries that Temporal notes at once. */
export interface JournalBatch {
  /** Random; no two batches have the same one. */
  id: string;
  /** Each batch has the number after that of the one before it. */
  number: number;
  entries: JournalEntry[];
}
