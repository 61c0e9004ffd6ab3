import type { Telling } from "./mail-policy.js";
import type { Ending } from "./verdict/decision.js";

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
    }
  | {
      kind: "verdict";
      jobId: string;
      submissionId: string;
      test: string;
      ending: Ending;
      /** How the verdict is told. */
      how: Telling;
    }
  | {
      kind: "mail";
      messageId: string;
      submissionId: string | null;
      /** Those who have it. */
      recipients: string[];
      /** The jobs whose verdicts it tells. */
      jobs: string[];
    }
  | { kind: "order"; at: string; actor: string; action: string; target: string };

/** Some entries that Temporal notes at once. */
export interface JournalBatch {
  /** Random; no two batches have the same one. */
  id: string;
  entries: JournalEntry[];
}
