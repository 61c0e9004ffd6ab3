import type { FailureIdentifier } from "../failures/failures.js";
import type { Claim, EvidenceLine } from "../verdict/attempt.js";
import type { Tally } from "./tally.js";
import { hasFailed } from "./subtest.js";

/** How the test's command ended. */
export interface Ended {
  /** Null if a signal ended it. */
  exitCode: number | null;
  isTimedOut: boolean;
  /** The same in words, such as `exit 3`. They are identical in every run that ends this way. */
  how: string;
}

/** What a test reported about its subtests. */
export interface ParsedResults extends Tally {
  /** Reason of TAP's `Bail out!`; null without one. */
  bailOut: string | null;
  /** Why the results may be incomplete, such as a missing file; null if they are complete. */
  problem: string | null;
  /**
   * What was not read because of a limit of the grid; null if all was read. The exit code decides what the results do not
   * say.
   */
  unread: string | null;
  /** What else people should know about the results. */
  remarks: string[];
}

export type Conclusion =
  | { outcome: "passed"; notes: Note[] }
  | { outcome: "skipped"; reason: string; notes: Note[] }
  | { outcome: "candidate"; failureIdentifier: FailureIdentifier; failing: string[]; notes: Note[] }
  | { outcome: "claimed"; claims: Claim[]; failing: string[]; notes: Note[] };

type Note = Pick<EvidenceLine, "check" | "detail">;

/** The check in evidence for subtests that passed on the test runner's own rerun. */
export const flakyCheck = "flaky subtests";
const namesShown = 10;

/** The exit codes that say more than that a test failed. */
const notMyFault = 75;
const allSkipped = 77;

/**
 * Decides what a test's exit and its results mean (docs/verdict.md, section 1). Only a subtest that ran and passed counts as
 * a pass.
 * @param parsed null for `results: exit`: there, exit 0 means that one test ran
 * @param written the claims that the test library recorded; they count only if the test did not pass
 */
export function concludeTest(ended: Ended, parsed: ParsedResults | null, written: readonly Claim[]): Conclusion {
  const failing = parsed?.failing ?? [];
  const notes = notesOn(parsed);
  const named = failing.length > 0 ? failing : [ended.how];
  if (parsed?.bailOut != null)
    return { outcome: "claimed", claims: [...written, bailedOut(parsed.bailOut)], failing: named, notes };
  if (ended.isTimedOut) return candidate("code/timeout", named);
  if (ended.exitCode === notMyFault) {
    const claims = written.length > 0 ? [...written] : [{ service: null, message: ended.how }];
    return { outcome: "claimed", claims, failing: named, notes };
  }
  const skipped = whySkipped(ended, parsed);
  if (skipped !== undefined) return { outcome: "skipped", reason: skipped, notes };
  const wrong = whatIsWrong(ended, parsed);
  if (wrong === undefined) return { outcome: "passed", notes };
  const believed = written.filter((claim) => explains(claim, parsed));
  if (believed.length > 0) return { outcome: "claimed", claims: believed, failing: wrong.failing, notes };
  return candidate(wrong.failureIdentifier, wrong.failing);

  function candidate(failureIdentifier: FailureIdentifier, names: string[]): Conclusion {
    return { outcome: "candidate", failureIdentifier, failing: names, notes };
  }
}

function whatIsWrong(
  { exitCode, how }: Ended,
  parsed: ParsedResults | null,
): { failureIdentifier: FailureIdentifier; failing: string[] } | undefined {
  if (parsed !== null && parsed.failing.length > 0)
    return { failureIdentifier: "code/test-failed", failing: parsed.failing };
  if (exitCode !== 0) return { failureIdentifier: "code/test-failed", failing: [how] };
  if (parsed === null) return undefined;
  if (parsed.problem !== null) return noResult(parsed.problem);
  const { passed, todo } = parsed.counts;
  // The code is not to blame for results that were not read because of a limit of the grid.
  return passed + todo > 0 || parsed.unread !== null ? undefined : noResult("nothing ran");
}

/**
 * Why the test did not run at all, according to the test: exit 77, only skipped subtests, or an empty plan with a reason.
 * Undefined if it ran, or failed.
 */
function whySkipped({ exitCode, how }: Ended, parsed: ParsedResults | null): string | undefined {
  if (parsed !== null && (parsed.failing.length > 0 || parsed.problem !== null)) return undefined;
  const reason = parsed?.skipReason ?? null;
  if (exitCode === allSkipped) return reason ?? how;
  if (exitCode !== 0 || parsed === null || parsed.problem !== null || parsed.unread !== null) return undefined;
  const { passed, todo, skipped } = parsed.counts;
  if (passed + todo > 0) return undefined;
  if (skipped > 0) return reason ?? `all ${skipped} subtests were skipped`;
  return reason ?? undefined;
}

function notesOn(parsed: ParsedResults | null): Note[] {
  if (parsed === null) return [];
  const { problem, unread, flaky, remarks } = parsed;
  const shown = flaky.slice(0, namesShown).join(", ") + (flaky.length > namesShown ? ", …" : "");
  return [
    ...(problem === null ? [] : [{ check: "results", detail: problem }]),
    ...(unread === null ? [] : [{ check: "results", detail: `not read: ${unread}` }]),
    ...(flaky.length === 0 ? [] : [{ check: flakyCheck, detail: `passed only when they were run again: ${shown}` }]),
    ...remarks.map((detail) => ({ check: "results", detail })),
  ];
}

function noResult(why: string): { failureIdentifier: FailureIdentifier; failing: string[] } {
  return { failureIdentifier: "code/no-result", failing: [why] };
}

function bailedOut(reason: string): Claim {
  return { service: null, message: reason === "" ? "Bail out!" : `Bail out! ${reason}` };
}

/**
 * Whether a claim of the test library is about what failed. If failed subtests have messages, one of them must contain the
 * claim: an error that the test caught and handled does not excuse another one.
 */
function explains({ message }: Claim, parsed: ParsedResults | null): boolean {
  const said = (parsed?.subtests ?? []).filter((subtest) => hasFailed(subtest) && subtest.message !== "");
  if (said.length === 0) return true;
  const words = plain(message).slice(0, 200);
  return said.some((subtest) => plain(subtest.message).includes(words));
}

function plain(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
