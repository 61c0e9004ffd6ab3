import type { Taken } from "./fair-share.js";

/** A job that runs, with what it uses and keeps for itself, each as `service:<name>` or `host:<name>`. */
export interface User extends Taken {
  jobId: string;
  test: string;
}

/**
 * Why a job that could run waits for others to end: they keep what it uses, or use what it keeps. One text for each.
 * @param wanted what the job uses, and what of that it keeps for itself; `host` stands for the host that it gets
 */
export function keptApart(wanted: Taken, running: readonly User[]): string[] {
  return running.flatMap(({ jobId, test, uses, exclusive }) => {
    const who = `${test} (job ${jobId})`;
    const kept = exclusive.filter((name) => wanted.uses.includes(name));
    if (kept.length > 0) return [`${kept.join(", ")} is kept by ${who}, which runs alone with it`];
    const used = uses.filter((name) => wanted.exclusive.includes(name));
    if (used.length > 0) return [`it runs alone with ${used.join(", ")}, which ${who} still uses`];
    return [];
  });
}
