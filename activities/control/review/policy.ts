import { isControl } from "../../../domain/jobs/job-role.js";
import type { GridConfig } from "../../../domain/config/grid-file.js";
import type { JobFacts } from "../../../db/jobs/jobs.js";
import { fullProof, type Proof, type VerdictPolicy } from "../../../domain/verdict/policy.js";

/** The verdict's counts and times as grid.yaml scales them, and the proof that this job's results need. */
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
    // What runs beside another job has nothing to be tried in turn with.
    disturbances: job.role.kind === "comparison" ? Number.MAX_SAFE_INTEGER : verdict.disturbances,
    trials: verdict.trials,
    quietTrials: verdict["quiet-trials"],
    proof: proofOf(job),
  };
}

/** What runs beside another job gets to a result, or is over with its first attempt, but is not proved itself. */
function proofOf(job: JobFacts): Proof {
  if (job.role.kind !== "comparison") return { ...fullProof, ...job.definition.proof };
  return { confirmation: false, baseline: false, once: isControl(job.role) };
}
