import { type Conclusion, concludeTest, type ParsedResults } from "../../../domain/results/conclusion.js";
import type { AttemptReport, Claim, EvidenceLine } from "../../../domain/verdict/attempt.js";
import { settleReruns } from "../../../domain/results/reruns.js";
import { limitExceeded } from "../sandbox/limit-exceeded.js";
import { describeEnd, runWatched, type RunContext } from "../attempt/run-context.js";
import type { AttemptWatch } from "../watch/attempt-watch.js";
import { readClaims } from "./claims.js";
import { forgetNotes } from "./notes.js";
import { openResults } from "./open-results.js";

/**
 * Runs the test's command and returns the result. A claim counts as infrastructure. The caller ends the watch.
 */
export async function runTest(
  context: RunContext,
  timeoutMs: number,
): Promise<{ report: AttemptReport; watch: AttemptWatch }> {
  const { plan, workspace } = context;
  if (plan.prepare !== null || plan.build !== null) await forgetNotes(workspace.temporary);
  const results = await openResults(plan.results, workspace.realSource, plan.reportLimitBytes);
  const { end, watch } = await runWatched(context, plan.command, timeoutMs, results.onStdout);
  try {
    const read = await results.end();
    const parsed = read === null ? null : settleReruns(read, end.code);
    // Names the declared limit, so that a confirmation with twice the time has the same text.
    const ended = { exitCode: end.code, isTimedOut: end.isTimedOut, how: describeEnd(end, plan.timeoutMs) };
    const alone = concludeTest(ended, parsed, []);
    if (end.limit !== undefined && alone.outcome !== "passed" && alone.outcome !== "skipped")
      return { report: { ...limitExceeded(context.draft, end.limit, end.code), ...resultsOf(parsed) }, watch };
    const conclusion =
      alone.outcome === "passed" || alone.outcome === "skipped"
        ? alone
        : concludeTest(ended, parsed, await readClaims(workspace.temporary));
    return { report: reportOf(context, conclusion, end.code, parsed), watch };
  } catch (error) {
    watch.stop();
    throw error;
  }
}

function reportOf(
  { draft }: RunContext,
  conclusion: Conclusion,
  exitCode: number | null,
  parsed: ParsedResults | null,
): AttemptReport {
  const report = plainReport(draft, conclusion, exitCode, parsed?.flaky ?? []);
  const at = new Date().toISOString();
  const notes = conclusion.notes.map((note): EvidenceLine => ({ ...note, result: "note", at }));
  return { ...report, ...resultsOf(parsed), evidence: [...report.evidence, ...notes] };
}

function resultsOf(parsed: ParsedResults | null): Pick<AttemptReport, "subtests" | "counts" | "failedAt"> {
  return parsed === null ? {} : { subtests: parsed.subtests, counts: parsed.counts, failedAt: parsed.failedAt };
}

function plainReport(
  draft: RunContext["draft"],
  conclusion: Conclusion,
  exitCode: number | null,
  flaky: string[],
): AttemptReport {
  switch (conclusion.outcome) {
    case "passed":
      return draft.passed(flaky);
    case "skipped":
      return draft.skipped(conclusion.reason, exitCode);
    case "candidate":
      return draft.candidate(conclusion.failureIdentifier, exitCode, conclusion.failing);
    case "claimed": {
      const { claims, failing } = conclusion;
      const [first, ...more] = claims.map((claim) =>
        draft.infrastructureProblem("infra/claimed-by-test", "the test", wordsOf(claim), "unknown"),
      );
      const evidence = [first!, ...more].flatMap((each) => each.evidence);
      return { ...first!, evidence, claims, exitCode, failing };
    }
  }
}

function wordsOf({ service, message }: Claim): string {
  const [line = ""] = message.trim().split("\n");
  return `said that ${service === null ? "its environment is" : `service ${service} is`} to blame: ${line.slice(0, 300)}`;
}
