import type { Attempt } from "../attempt.js";

/** The tests of the same project that ran at the same time as each of these runs, on the same host. */
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

/** It failed only while the same other tests ran, and passed only without them. */
export function isConflict(failures: readonly Attempt[], passes: readonly Attempt[]): boolean {
  const others = sharedSiblings(failures);
  if (others.length === 0) return false;
  return passes.every(({ siblings }) => siblings !== undefined && !others.some((name) => siblings.includes(name)));
}

/**
 * A failure of the last passing source while a test ran that also ran during each failure of the job. While the job is
 * tried without that test, such a failure proves nothing.
 */
export function isLikeConflict(run: Attempt, own: readonly Attempt[]): boolean {
  const failures = own.filter(({ outcome }) => outcome === "candidate");
  return run.outcome === "candidate" && failures.length > 1 && sharedSiblings([run, ...failures]).length > 0;
}
