import { ApplicationFailure, ApplicationFailureCategory } from "@temporalio/common";
import { readGridConfig } from "../db/grid.js";
import { readJobFacts, setJobState } from "../db/jobs.js";
import { outagesWithin } from "../db/outage-record.js";
import { notifyDispatch, releaseLeases } from "../db/leases.js";
import { isOverruledUp, readServices, type WatchedService, wantProbe } from "../db/services.js";
import { provingServices, textsOf } from "../domain/requirement.js";
import type { Attempt, AttemptReport } from "../domain/verdict/attempt.js";
import { spanOf, widen } from "../domain/verdict/spell.js";
import { judgeWindow, unmeasuredMs, type WindowFacts } from "../domain/verdict/window.js";
import type { ReviewInput } from "../workflows/contracts.js";
import type { ControlDependencies } from "./dependencies.js";
import { ownServices } from "./health/own-services.js";
import { awaitReturn, disturbedByLost, reportLost } from "./review/lost.js";
import { gatherProof } from "./review/proof.js";
import { factsFor } from "./verdict-facts.js";

export function createReview({ database }: ControlDependencies) {
  /**
   * Holds an attempt that did not pass against all that is known of its surroundings. Here alone it is decided whether a
   * failure is clean: agents tell what they saw, and judge nothing.
   */
  async function reviewAttempt({ jobId, attempt, purpose, lease, report, lost }: ReviewInput): Promise<Attempt> {
    const job = await readJobFacts(database, jobId);
    await setJobState(database, jobId, "verifying");
    const fate = lost?.how === "no-answer" ? await awaitReturn(database, lease.machine, lost) : undefined;
    const told = report ?? reportLost(lost!, lease.machine, fate);
    const required = provingServices(textsOf(job.requirements), job.definition.disturbs);
    const services = (await readServices(database)).filter(({ name }) => required.includes(name));
    if (told.outcome !== "passed") await awaitTests(jobId, services, told.endedAt);
    const window = windowOf(told);
    const { offsetMs, errorMs } = window.clock ?? { offsetMs: 0, errorMs: unmeasuredMs };
    const time = widen(spanOf(window.from, told.endedAt), offsetMs, errorMs);
    const own = await outagesWithin(database, [ownServices.control, ownServices.temporal], lease.machine, time);
    const gaps = own.filter(({ service }) => service === ownServices.control);
    const proof = await gatherProof(database, { required, services, machine: lease.machine, attempt: time, gaps });
    const { isClean, disturbed, evidence } = judgeWindow({ ...window, machine: lease.machine, services: proof });
    const isDirty = told.outcome === "candidate" && !isClean;
    const isHit = proof.some(
      ({ excuse, outages, state }) => excuse === null && (outages.length > 0 || state === "down"),
    );
    const facts = await factsFor(database, job, await readGridConfig(database));
    return {
      ...facts,
      ...told,
      outcome: isDirty ? "dirty" : told.outcome,
      failureIdentifier: isDirty ? "infra/surroundings-unhealthy" : told.failureIdentifier,
      evidence: [...told.evidence, ...evidence],
      number: attempt,
      purpose,
      machine: lease.machine,
      host: lease.host,
      explained: lost?.how === "stopped" || isHit || gaps.length > 0,
      claimBacked: !isClean || told.evidence.some(({ result }) => result === "bad"),
      machineLost: fate !== undefined && !fate.back && fate.othersLost === 0,
      disturbed:
        lost !== null
          ? disturbedByLost(lost, lease.machine, fate, proof, own.length > gaps.length)
          : told.failureIdentifier === "infra/lease-lost"
            ? []
            : disturbed,
    };
  }

  /**
   * A service that is watched by a test proves nothing before that test has run again: this activity fails until then,
   * and is retried. The machine is free meanwhile, so that the test finds one.
   */
  async function awaitTests(jobId: string, services: readonly WatchedService[], since: string): Promise<void> {
    const late = services.filter(
      (service) =>
        "test" in service.config.probe &&
        !isOverruledUp(service) &&
        service.health.state === "up" &&
        (service.lastProbeAt ?? "") <= since,
    );
    if (late.length === 0) return;
    await releaseLeases(database, jobId);
    await notifyDispatch(database);
    for (const { name } of late) await wantProbe(database, name);
    throw ApplicationFailure.create({
      message: `waiting for the test that watches ${late.map(({ name }) => name).join(", ")}`,
      type: "ProbeWanted",
      category: ApplicationFailureCategory.BENIGN,
      nextRetryDelay: "2s",
    });
  }

  return { reviewAttempt };
}

/** The time in which an attempt's surroundings had to be good, and what its agent saw meanwhile. */
function windowOf(told: AttemptReport): Omit<WindowFacts, "machine" | "services"> {
  const { startedAt, testStartedAt, failedAt, endedAt, clockOffsetMs, clockErrorMs } = told;
  // A build is watched as well, and has no other time of its own.
  const watchedFrom = told.watch?.map(({ from }) => from).sort()[0];
  return {
    from: testStartedAt ?? watchedFrom ?? startedAt,
    to: failedAt ?? endedAt,
    endedAt,
    clock:
      clockOffsetMs === undefined || clockErrorMs === undefined
        ? null
        : { offsetMs: clockOffsetMs, errorMs: clockErrorMs },
    // What failed and was not watched proves nothing; what never ran need not have been watched.
    watch: told.watch ?? (told.outcome === "candidate" ? [] : null),
  };
}
