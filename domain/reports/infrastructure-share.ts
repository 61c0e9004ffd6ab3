import type { FailureIdentifier } from "../failures/failures.js";
import type { DowntimeFacts } from "./downtime-facts.js";

/** How many attempts were lost to infrastructure: a service level. Attempts that admins stopped do not count at all. */
export interface InfrastructureShare {
  attempts: number;
  lost: number;
  /** From 0 to 1; null without attempts. */
  share: number | null;
  target: number;
  /** Null without attempts. */
  isMet: boolean | null;
  /**
   * The lost attempts by identifier, most frequent first: each with its share of all attempts, and its own target if it has
   * one.
   */
  lostBy: { failureIdentifier: FailureIdentifier | null; attempts: number; share: number; target: number | null }[];
}

export function infrastructureShare({
  attempts,
  shareTarget,
  shareTargets,
}: Pick<DowntimeFacts, "attempts" | "shareTarget" | "shareTargets">): InfrastructureShare {
  const counted = attempts.filter(({ failureIdentifier }) => failureIdentifier?.startsWith("admin/") !== true);
  const lost = counted.filter(({ outcome }) => outcome === "infrastructure" || outcome === "dirty");
  const byIdentifier = new Map<FailureIdentifier | null, number>();
  for (const { failureIdentifier, count } of lost) {
    byIdentifier.set(failureIdentifier, (byIdentifier.get(failureIdentifier) ?? 0) + count);
  }
  const all = total(counted);
  const share = all === 0 ? null : total(lost) / all;
  return {
    attempts: all,
    lost: total(lost),
    share,
    target: shareTarget,
    isMet: share === null ? null : share <= shareTarget,
    lostBy: [...byIdentifier]
      .map(([failureIdentifier, count]) => ({
        failureIdentifier,
        attempts: count,
        share: count / all,
        target: (failureIdentifier === null ? undefined : shareTargets[failureIdentifier]) ?? null,
      }))
      .sort((a, b) => b.attempts - a.attempts),
  };
}

/** Whether all attempts, or those lost by one of the identifiers, are within their targets. */
export function isWithinTargets({ isMet, lostBy }: InfrastructureShare): boolean {
  return isMet !== false && lostBy.every(({ share, target }) => target === null || share <= target);
}

const total = (counted: readonly { count: number }[]): number => counted.reduce((sum, { count }) => sum + count, 0);
