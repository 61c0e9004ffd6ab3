import type { Outcome } from "../states.js";

/** What an attempt's outcome means, in words; the same in mails, on the page and in the command. */
export const outcomeTexts: Readonly<Record<Outcome, string>> = {
  passed: "passed",
  candidate: "ran, did not pass",
  dirty: "ran in an unhealthy environment, proves nothing",
  infrastructure: "stopped by infrastructure",
  user: "the submission is wrong",
  skipped: "skipped, according to the test",
};
