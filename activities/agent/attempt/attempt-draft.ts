import type { FailureIdentifier } from "../../../domain/failures/failures.js";
import type { AttemptReport, EvidenceLine } from "../../../domain/verdict/attempt.js";
import { skippedCheck } from "../../../domain/verdict/checks.js";
import type { Phase } from "../../../domain/states.js";

/** An attempt while it runs. Each method makes the report for one kind of ending. */
export class AttemptDraft {
  readonly startedAt = new Date().toISOString();
  phase: Phase = "lease";
  testStartedAt: string | null = null;

  passed(flakySubtests: string[] = []): AttemptReport {
    return this.#report({ outcome: "passed", exitCode: 0, ...(flakySubtests.length === 0 ? {} : { flakySubtests }) });
  }

  /** A test that says that it did not run. */
  skipped(reason: string, exitCode: number | null): AttemptReport {
    const line = { check: skippedCheck, result: "note", detail: reason, at: new Date().toISOString() } as const;
    return this.#report({ outcome: "skipped", exitCode, evidence: [line] });
  }

  /** A test or build that ran and did not pass. */
  candidate(failureIdentifier: FailureIdentifier, exitCode: number | null, failing: string[]): AttemptReport {
    return this.#report({ outcome: "candidate", failureIdentifier, exitCode, failing });
  }

  /** A problem outside the test. */
  infrastructureProblem(
    failureIdentifier: FailureIdentifier,
    check: string,
    detail: string,
    result: EvidenceLine["result"] = "bad",
  ): AttemptReport {
    return this.#report({
      outcome: "infrastructure",
      failureIdentifier,
      evidence: [{ check, result, detail, at: new Date().toISOString() }],
    });
  }

  #report(known: Partial<AttemptReport> & Pick<AttemptReport, "outcome">): AttemptReport {
    return {
      phase: this.phase,
      failureIdentifier: null,
      exitCode: null,
      failing: [],
      startedAt: this.startedAt,
      testStartedAt: this.testStartedAt,
      endedAt: new Date().toISOString(),
      evidence: [],
      components: {},
      ...known,
    };
  }
}
