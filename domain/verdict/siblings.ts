import type { Attempt } from "./attempt.js";

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
