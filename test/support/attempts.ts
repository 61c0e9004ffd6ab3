import type { Attempt } from "../../domain/verdict/attempt.js";

const at = "2026-01-01T00:00:00.000Z";

/** An attempt that passed on alpha, except for what `difference` says. */
export function attempt(difference: Partial<Attempt> = {}): Attempt {
  const machine = difference.machine ?? "alpha";
  return {
    number: 1,
    purpose: "test",
    machine,
    host: machine,
    outcome: "passed",
    phase: "test",
    failureIdentifier: null,
    exitCode: 0,
    failing: [],
    startedAt: at,
    testStartedAt: at,
    endedAt: at,
    evidence: [],
    components: {},
    explained: false,
    claimBacked: false,
    machineLost: false,
    ...difference,
  };
}

export const failed = (machine = "alpha", failing = ["exit 1"]): Attempt =>
  attempt({ machine, outcome: "candidate", failureIdentifier: "code/test-failed", exitCode: 1, failing });

export const passed = (machine = "alpha"): Attempt => attempt({ machine });

export const dirty = (difference: Partial<Attempt> = {}): Attempt =>
  attempt({ outcome: "dirty", failureIdentifier: "infra/surroundings-unhealthy", failing: ["exit 1"], ...difference });

export const infrastructureProblem = (difference: Partial<Attempt> = {}): Attempt =>
  attempt({ outcome: "infrastructure", failureIdentifier: "infra/agent-error", phase: "prepare", ...difference });

/** A comparison run; by default a baseline that passes. */
export const comparisonRun = (difference: Partial<Attempt> = {}): Attempt =>
  attempt({ purpose: "baseline", companion: "job.baseline.1", ...difference });

/** A failure of a test that has passed before. */
export const failedAfterPass = (machine = "alpha", difference: Partial<Attempt> = {}): Attempt => ({
  ...failed(machine),
  baseline: "earlier",
  ...difference,
});

/** A run during which a healthy service broke. */
export const disturbing = (difference: Partial<Attempt> = {}): Attempt =>
  dirty({ explained: true, disturbed: ["service:nfs"], ...difference });

/** An attempt whose test blames its environment. */
export const claim = (difference: Partial<Attempt> = {}): Attempt =>
  infrastructureProblem({ failureIdentifier: "infra/claimed-by-test", ...difference });

/** An attempt whose machine was lost. */
export const lost = (machine: string, difference: Partial<Attempt> = {}): Attempt =>
  infrastructureProblem({ machine, failureIdentifier: "infra/machine-lost", machineLost: true, ...difference });
