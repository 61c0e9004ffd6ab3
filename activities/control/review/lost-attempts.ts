import { type MachineFate, readMachineFate } from "../../../db/machines/machines.js";
import type { Queries } from "../../../db/connect.js";
import type { FailureIdentifier } from "../../../domain/failures/failures.js";
import { brokenServices } from "../../../domain/verdict/environment/disturbance.js";
import type { ServiceProof } from "../../../domain/verdict/environment/service-proof.js";
import type { AttemptReport } from "../../../domain/verdict/attempt.js";
import type { ReviewInput } from "../../../workflows/contracts.js";

/** If an agent reports again within this time after an attempt was given up, only the attempt was lost, not the machine. */
const backWithinMs = 15_000;
const lookEveryMs = 1_000;

/** The end of an attempt without a report. */
export type Loss = NonNullable<ReviewInput["lost"]>;

const losses = {
  "no-answer": { identifier: "infra/machine-lost", text: "its agent stopped answering during the attempt" },
  "not-taken": { identifier: "infra/machine-lost", text: "its agent did not take up the attempt" },
  "service-down": {
    identifier: "infra/service-down",
    text: "the attempt was stopped because a service that it needs went down",
  },
  "lease-lost": { identifier: "infra/lease-lost", text: "the job's right to the machine lapsed" },
  stopped: { identifier: "admin/stopped", text: "the attempt was stopped" },
  error: { identifier: "infra/agent-error", text: "its agent could not carry out the attempt" },
} as const satisfies Record<Loss["how"], { identifier: FailureIdentifier; text: string }>;

/** Waits a little for a machine that stopped answering. */
export async function awaitReturn(queries: Queries, machine: string, lost: Loss): Promise<MachineFate> {
  for (const deadline = Date.now() + backWithinMs; ;) {
    const fate = await readMachineFate(queries, machine, lost.startedAt, lost.endedAt);
    if (fate.back || Date.now() > deadline) return fate;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

/** Makes the report of an attempt whose agent sent none. */
export function reportLost(lost: Loss, machine: string, fate: MachineFate | undefined): AttemptReport {
  const { identifier, text } = losses[lost.how];
  return {
    outcome: "infrastructure",
    phase: lost.how === "not-taken" ? "lease" : "test",
    failureIdentifier: fate?.back === true ? "infra/attempt-lost" : identifier,
    exitCode: null,
    failing: [],
    startedAt: lost.startedAt,
    testStartedAt: null,
    endedAt: lost.endedAt,
    evidence: [
      {
        check: `machine ${machine}`,
        result: "bad",
        detail: `${text}${lost.detail === "" ? "" : `: ${lost.detail}`}`,
        at: lost.endedAt,
      },
    ],
    components: {},
  };
}

/** Replaces a report that the attempt's agent did not make. */
export function reportForged(report: AttemptReport, machine: string): AttemptReport {
  const detail = "a report came that its agent did not make; it is not judged";
  return {
    ...report,
    outcome: "infrastructure",
    failureIdentifier: "infra/agent-error",
    exitCode: null,
    failing: [],
    evidence: [{ check: `machine ${machine}`, result: "bad", detail, at: new Date().toISOString() }],
    components: {},
    watch: [],
    subtests: [],
    claims: [],
  };
}

/**
 * What broke during an attempt without a report. An attempt that an admin stopped, or the grid took back, broke nothing.
 * @param isTemporalToBlame Temporal was down, so that a living agent could not report
 */
export function disturbedByLost(
  lost: Loss,
  machine: string,
  fate: MachineFate | undefined,
  services: readonly ServiceProof[],
  isTemporalToBlame: boolean,
): string[] {
  if (lost.how === "service-down") return brokenServices(services, lost.startedAt, lost.endedAt);
  if (fate === undefined || fate.othersLost > 0) return [];
  const isAlive = fate.back && !fate.restarted;
  return isAlive && isTemporalToBlame ? [] : [`machine:${machine}`];
}
