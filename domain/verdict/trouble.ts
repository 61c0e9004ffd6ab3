import { failures as catalogue } from "../failures.js";
import type { Attempt } from "./attempt.js";
import { nextRun } from "./confirmation.js";
import type { Again, Ending } from "./decision.js";
import type { VerdictPolicy } from "./policy.js";

/** Ends what can't be decided, so that nothing loops (VERDICT.md, sections 4 and 5); undefined if it may go on. */
export function undiagnosed(attempts: readonly Attempt[], policy: VerdictPolicy): Ending | undefined {
  if (countBack(attempts, (attempt) => attempt.machineLost) >= policy.machinesLost) {
    const lost = attempts.slice(-policy.machinesLost);
    return ending(
      "unknown/breaks-machines",
      lost,
      `machines lost in a row under this job: ${lost.map(({ machine }) => machine).join(", ")}`,
    );
  }
  const dirty = attempts.filter((attempt) => attempt.outcome === "dirty" && !attempt.explained);
  const sameFailure = dirty.filter((attempt) => attempt.failing.join() === dirty.at(-1)?.failing.join());
  if (sameFailure.length >= policy.dirtyAttempts) {
    return ending(
      "unknown/never-clean",
      sameFailure,
      `${sameFailure.length} attempts ended alike in unhealthy surroundings, and no monitored outage explains it`,
    );
  }
  const dirtyMs = dirty.reduce(
    (total, attempt) => total + Date.parse(attempt.endedAt) - Date.parse(attempt.startedAt),
    0,
  );
  if (dirtyMs >= policy.dirtyMs)
    return ending("unknown/never-clean", dirty, "too much time spent in attempts that prove nothing");
  return undefined;
}

/** Another attempt after trouble, later and elsewhere (VERDICT.md, section 5). */
export function afterTrouble(attempts: readonly Attempt[], policy: VerdictPolicy): Again {
  const last = attempts.at(-1)!;
  const isTold = last.failureIdentifier !== null && /^(infra|admin)\//.test(last.failureIdentifier);
  const failureIdentifier = isTold ? last.failureIdentifier! : "infra/surroundings-unhealthy";
  const inRow = countBack(attempts, (attempt) => isTrouble(attempt) && !attempt.explained);
  const delayMs = inRow === 0 ? 0 : Math.min(policy.backOffMaxMs, policy.backOffMs * 2 ** (inRow - 1));
  const bad = last.evidence.find((line) => line.result === "bad");
  const text = `${catalogue[failureIdentifier].help}${bad === undefined ? "" : ` (${bad.check}: ${bad.detail})`} Attempt ${last.number} on ${last.machine}.`;
  return nextRun(attempts, delayMs, { failureIdentifier, text });
}

function isTrouble(attempt: Attempt): boolean {
  return attempt.outcome === "dirty" || attempt.outcome === "infrastructure";
}

function countBack(attempts: readonly Attempt[], matches: (attempt: Attempt) => boolean): number {
  let count = 0;
  while (count < attempts.length && matches(attempts[attempts.length - 1 - count]!)) count++;
  return count;
}

function ending(
  failureIdentifier: "unknown/breaks-machines" | "unknown/never-clean",
  attempts: readonly Attempt[],
  detail: string,
): Ending {
  return {
    kind: "ending",
    verdict: "abort",
    abortReason: "undiagnosed",
    blame: "unknown",
    failureIdentifier,
    flaky: false,
    evidence: [
      { check: "undiagnosed", result: "unknown", detail, at: attempts.at(-1)!.endedAt },
      ...attempts.flatMap((attempt) => attempt.evidence),
    ],
  };
}
