import type { Attempt, EvidenceLine } from "./attempt.js";
import type { Again, Decision, Ending } from "./decision.js";
import type { VerdictPolicy } from "./policy.js";

/** From clean runs to a verdict (VERDICT.md, section 3). The last attempt passed or is a candidate. */
export function judgeRuns(attempts: readonly Attempt[], policy: VerdictPolicy): Decision {
  const passes = attempts.filter((attempt) => attempt.outcome === "passed");
  const failures = attempts.filter((attempt) => attempt.outcome === "candidate");
  if (failures.length === 0) return passed(passes, failures);
  if (passes.length === 0)
    return failures.length === 1 || differ(failures) ? nextRun(attempts, 0) : failed(failures, passes);
  if (failures.length >= 2) return failed(failures, passes);
  if (failures[0]?.failureIdentifier === "code/timeout") return passed(passes, failures);
  return passes.length > 1 + policy.recheckRuns ? passed(passes, failures) : nextRun(attempts, 0);
}

/** The next run that the proof needs, whatever trouble came between. */
export function nextRun(attempts: readonly Attempt[], delayMs: number, because: Again["because"] = null): Again {
  const first = attempts.find((attempt) => attempt.outcome === "candidate");
  const passes = attempts.filter((attempt) => attempt.outcome === "passed");
  const troubled =
    attempts.at(-1)?.outcome === "candidate" || attempts.at(-1)?.outcome === "passed" ? [] : [attempts.at(-1)!.machine];
  if (first === undefined) return again("test", troubled, [], 1);
  const timeoutFactor = first.failureIdentifier === "code/timeout" ? 2 : 1;
  if (passes.length === 0) return again("confirmation", [first.host, ...troubled], [], timeoutFactor);
  // A pass elsewhere: the first further run goes back to where the test failed.
  return again("recheck", troubled, passes.length === 1 ? [first.machine] : [], 1);

  function again(purpose: Again["purpose"], avoid: string[], prefer: string[], timeoutFactor: 1 | 2): Again {
    return { kind: "again", purpose, avoid, prefer, delayMs, timeoutFactor, because };
  }
}

/** Different subtests failed, so that a third clean failure is wanted before all of them are named. */
function differ(failures: readonly Attempt[]): boolean {
  const named = new Set(
    failures.map(({ failing, failureIdentifier }) => JSON.stringify([failureIdentifier, [...failing].sort()])),
  );
  return failures.length < 3 && named.size > 1;
}

function passed(passes: readonly Attempt[], failures: readonly Attempt[]): Ending {
  const slow = failures.some(({ failureIdentifier }) => failureIdentifier === "code/timeout");
  const evidence = passes.map((attempt) => runLine(attempt, "good", `passed on ${attempt.machine}`));
  if (slow) evidence.unshift(note(failures[0]!, "slow", "ran into its time limit, and passed with twice the limit"));
  else if (failures.length > 0)
    evidence.unshift(
      note(failures[0]!, "flaky", `failed once on ${failures[0]!.machine}, then passed in ${passes.length} runs`),
    );
  const flaky = failures.length > 0 && !slow;
  return { kind: "ending", verdict: "pass", abortReason: null, blame: null, failureIdentifier: null, flaky, evidence };
}

function failed(failures: readonly Attempt[], passes: readonly Attempt[]): Ending {
  const first = failures[0]!;
  const failing = [...new Set(failures.flatMap((attempt) => attempt.failing))];
  const evidence = failures.flatMap((attempt) => [
    runLine(attempt, "bad", `failed on ${attempt.machine}: ${attempt.failing.join(", ") || "no subtest named"}`),
    ...attempt.evidence.filter((line) => line.result === "good"),
  ]);
  evidence.push(...passes.map((attempt) => runLine(attempt, "good", `passed on ${attempt.machine}`)));
  if (passes.length > 0) evidence.unshift(note(first, "runs", intermittence(failures, passes)));
  else if (new Set(failures.map(({ host }) => host)).size === 1)
    evidence.push(
      note(
        failures.at(-1)!,
        "confirmation",
        `made on ${first.host} as well: no other machine was fit; no control known`,
      ),
    );
  const shown = failing.length > 0 && passes.length === 0 ? first.failureIdentifier : null;
  return {
    kind: "ending",
    verdict: "fail",
    abortReason: null,
    blame: "code",
    failureIdentifier: shown ?? (passes.length > 0 ? "code/intermittent" : "code/test-failed"),
    flaky: passes.length > 0,
    evidence,
  };
}

function intermittence(failures: readonly Attempt[], passes: readonly Attempt[]): string {
  const failedOn = new Set(failures.map(({ host }) => host));
  const onlyThere = failedOn.size === 1 && passes.every(({ host }) => !failedOn.has(host));
  if (onlyThere) return `fails only on ${[...failedOn].join()}`;
  return `intermittent, ${failures.length} of ${failures.length + passes.length} runs failed`;
}

function runLine(attempt: Attempt, result: EvidenceLine["result"], detail: string): EvidenceLine {
  return { check: `attempt ${attempt.number}`, result, detail, at: attempt.endedAt };
}

function note(attempt: Attempt, check: string, detail: string): EvidenceLine {
  return { check, result: "note", detail, at: attempt.endedAt };
}
