import { isControl } from "../../../domain/jobs/job-role.js";
import type { GridConfig } from "../../../domain/config/grid-file.js";
import type { JobFacts } from "../../../db/jobs/jobs.js";
import { fullProof, type Proof, type VerdictPolicy } from "../../../domain/verdict/policy.js";

/** The counts and times of verdicts from grid.yaml, and the proof that this job's results need. */
export function verdictPolicy({ verdict }: GridConfig, job: JobFacts): VerdictPolicy {
  return {
    backOffMs: verdict["back-off"],
    backOffMaxMs: verdict["back-off-max"],
    claims: verdict.claims,
    dirtyAttempts: verdict["dirty-attempts"],
    dirtyMs: verdict["dirty-time"],
    machinesLost: verdict["machines-lost"],
    recheckRuns: verdict["recheck-runs"],
    crowdWaitMs: verdict.crowd.wait,
    // A comparison run has no isolation trial.
    disturbances: job.role.kind === "comparison" ? Number.MAX_SAFE_INTEGER : verdict.disturbances,
    trials: verdict.trials,
    quietTrials: verdict["quiet-trials"],
    proof: proofOf(job),
  };
}

/** A comparison run needs no proof: it ends with its first result, or with its first attempt. */
function proofOf(job: JobFacts): Proof {
  if (job.role.kind !== "comparison") return { ...fullProof, ...job.definition.proof };
  return { confirmation: false, baseline: false, once: isControl(job.role) };
}
