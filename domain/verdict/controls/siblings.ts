import type { Attempt } from "../attempt.js";

/** The tests of its project that ran beside each of these runs, on the same host. */
export function sharedSiblings(runs: readonly Attempt[]): string[] {
  const [first, ...more] = runs.map(({ siblings }) => siblings ?? []);
  return (first ?? []).filter((name) => more.every((names) => names.includes(name)));
}

/** How many runs passed alone since this one. */
export function passesAloneSince(last: Attempt, own: readonly Attempt[]): number {
  return own
    .slice(own.indexOf(last) + 1)
    .filter(({ outcome, siblings }) => outcome === "passed" && siblings?.length === 0).length;
}

/** It failed only beside the same others, and passed only without them. */
export function isConflict(failures: readonly Attempt[], passes: readonly Attempt[]): boolean {
  const others = sharedSiblings(failures);
  if (others.length === 0) return false;
  return passes.every(({ siblings }) => siblings !== undefined && !others.some((name) => siblings.includes(name)));
}

/**
 * A failure of the last passing source beside a test that stood beside each failure of the job as well. While the job is
 * tried without that test, it says nothing.
 */
export function isLikeConflict(run: Attempt, own: readonly Attempt[]): boolean {
  const failures = own.filter(({ outcome }) => outcome === "candidate");
  return run.outcome === "candidate" && failures.length > 1 && sharedSiblings([run, ...failures]).length > 0;
}
