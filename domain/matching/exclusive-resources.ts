import type { ResourcesInUse } from "./fair-share.js";

/** A running job, with the resources that it uses or has exclusively, each as `service:<name>` or `host:<name>`. */
export interface ResourceUser extends ResourcesInUse {
  jobId: string;
  test: string;
}

/**
 * Why a job that could run waits for other jobs to end: they have exclusively what it uses, or they use what it needs
 * exclusively. One text for each of these jobs.
 * @param wanted what the job uses, and which of that exclusively; `host` means the host that it gets
 */
export function exclusivityConflicts(wanted: ResourcesInUse, running: readonly ResourceUser[]): string[] {
  return running.flatMap(({ jobId, test, uses, exclusive }) => {
    const who = `${test} (job ${jobId})`;
    const kept = exclusive.filter((name) => wanted.uses.includes(name));
    if (kept.length > 0) return [`${kept.join(", ")} is kept by ${who}, which runs alone with it`];
    const used = uses.filter((name) => wanted.exclusive.includes(name));
    if (used.length > 0) return [`it runs alone with ${used.join(", ")}, which ${who} still uses`];
    return [];
  });
}
