import { insertSubmission, type NewSubmission } from "./submissions.js";
import type { Queries } from "../connect.js";

type GitFields = Omit<NewSubmission, "sourceKind" | "sourceUrl" | "sourceHash" | "state" | "reason"> & { url: string };

/** Writes a submission whose source is not fetched yet. Returns false if its idempotency key has been used before. */
export async function insertGitSubmission(queries: Queries, { url, ...submission }: GitFields): Promise<boolean> {
  return insertSubmission(queries, {
    ...submission,
    sourceKind: "git",
    sourceUrl: url,
    sourceHash: null,
    state: "fetching",
    reason: "waits for a control worker to fetch it",
  });
}
