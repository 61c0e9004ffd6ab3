import type { Subtest } from "../verdict/attempt.js";

/** How many characters of a subtest's message are kept. */
export const longestMessage = 4_000;

/** Whether a subtest counts as a failure: it failed, or it ended in an error. */
export function hasFailed({ result }: Pick<Subtest, "result">): boolean {
  return result === "failed" || result === "error";
}
