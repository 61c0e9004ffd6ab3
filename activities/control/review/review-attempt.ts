import { outcomeIn } from "../../../domain/verdict/environment/dirty-attempts.js";
import { ApplicationFailure, ApplicationFailureCategory } from "@temporalio/common";
import { readGridConfig } from "../../../db/grid/grid-config.js";
import { type JobFacts, readJobFacts, setJobState } from "../../../db/jobs/jobs.js";
import { markEnding, releaseLeases } from "../../../db/queue/leases.js";
import { notifyDispatch } from "../../../db/queue/dispatch-signal.js";
import type { MachineFate } from "../../../db/machines/machines.js";
import { wasLostElsewhere } from "../../../db/jobs/lost-machines.js";
import { labelAttempt } from "../../../db/jobs/signatures.js";
import { isOverruledUp, readServices, type WatchedService, requestProbe } from "../../../db/services/services.js";
import { provingServices, textsOf } from "../../../domain/requirements/requirement.js";
import type { Attempt, AttemptReport } from "../../../domain/verdict/attempt.js";
import type { ReviewInput } from "../../../workflows/contracts.js";
import { isFromItsAgent } from "../jobs/accept-report.js";
import type { ControlDependencies } from "../dependencies.js";
import { withHeartbeat } from "../../heartbeat.js";
import { awaitReturn, disturbedByLost, reportForged, reportLost } from "./lost-attempts.js";
import { isStaleService } from "./proof.js";
import { awaitServices } from "./await-services.js";
import { reviewEnvironment, type EnvironmentReview } from "./review-environment.js";
import { healthOfUsed } from "./used-services.js";
import { factsFor } from "./verdict-facts.js";

export function createReview({ database }: ControlDependencies) {
  /**
   * Compares an attempt that did not pass with all that is known about its environment. Agents only report: this decides.
   */
  async function reviewAttempt(input: ReviewInput): Promise<Attempt> {
    return withHeartbeat(() => review(input));
  }

  async function review({ jobId, attempt, purpose, lease, report: received, lost }: ReviewInput): Promise<Attempt> {
    const job = await readJobFacts(database, jobId);
    await setJobState(database, jobId, "verifying");
    if (lost?.isUnconfirmed === true) await markEnding(database, lease.leaseId);
    const fate = lost?.how === "no-answer" ? await awaitReturn(database, lease.machine, lost) : undefined;
    const isOwn =
      received !== null &&
      (isUnbegun(received) ||
        (await isFromItsAgent(
          database,
          { jobId, number: attempt, leaseId: lease.leaseId, machine: lease.machine },
          received,
        )));
    const report =
      received === null
        ? reportLost(lost!, lease.machine, fate)
        : isOwn
          ? received
          : reportForged(received, lease.machine);
    const services = await readServices(database);
    if (report.outcome !== "passed") await awaitTests(job, services, report.endedAt);
    await labelAttempt(database, jobId, attempt);
    const review = await reviewEnvironment(database, {
      job,
      report,
      machine: lease.machine,
      services,
      isProbed: true,
    });
    const isHit = review.services.some(
      ({ excuse, outages, state }) => excuse === null && (outages.length > 0 || state === "down"),
    );
    const disturbed = disturbedBy(report, lost, fate, review, lease.machine);
    await awaitServices(database, disturbed);
    const machineLost = fate !== undefined && !fate.back && fate.othersLost === 0;
    const facts = await factsFor(database, job, await readGridConfig(database), disturbed, {
      host: lease.host,
      startedAt: report.startedAt,
      endedAt: report.endedAt,
    });
    return {
      ...facts,
      ...report,
      ...outcomeIn(review.isClean, report),
      evidence: [
        ...report.evidence,
        ...review.evidence,
        ...(await healthOfUsed(database, job, report, lease.machine, services)),
      ],
      number: attempt,
      purpose,
      machine: lease.machine,
      host: lease.host,
      explained: lost?.how === "stopped" || isHit || review.hasGap,
      claimBacked: !review.isClean || report.evidence.some(({ result }) => result === "bad"),
      machineLost,
      ...(machineLost
        ? { isLostElsewhere: await wasLostElsewhere(database, job, lease.machine, report.startedAt) }
        : {}),
      disturbed,
      foundBroken: review.foundBroken,
    };
  }

  /**
   * A service that a test watches proves nothing before that test has run again. Until then, this activity fails and is
   * retried. It frees the machine, so that the test can run there.
   */
  async function awaitTests(job: JobFacts, services: readonly WatchedService[], since: string): Promise<void> {
    const required = provingServices(textsOf(job.requirements), job.definition.disturbs);
    const late = services.filter(
      (service) =>
        required.includes(service.name) &&
        "test" in service.config.probe &&
        !isOverruledUp(service) &&
        service.health.state === "up" &&
        // It has had no result for too long: there is no point in waiting.
        !isStaleService(service, Date.now()) &&
        (service.lastProbeAt ?? "") <= since,
    );
    if (late.length === 0) return;
    await releaseLeases(database, job.jobId);
    await notifyDispatch(database);
    for (const { name } of late) await requestProbe(database, name);
    throw ApplicationFailure.create({
      message: `waiting for the test that watches ${late.map(({ name }) => name).join(", ")}`,
      type: "ProbeWanted",
      category: ApplicationFailureCategory.BENIGN,
      nextRetryDelay: "2s",
    });
  }

  return { reviewAttempt };
}

/** Whether the agent began nothing, because its lease was refused. Then it got no secret. */
function isUnbegun({ outcome, phase }: AttemptReport): boolean {
  return outcome === "infrastructure" && phase === "lease";
}

/** What broke during an attempt. An attempt that lost its lease broke nothing. */
function disturbedBy(
  report: AttemptReport,
  lost: ReviewInput["lost"],
  fate: MachineFate | undefined,
  { disturbed, services, wasTemporalDown }: EnvironmentReview,
  machine: string,
): string[] {
  if (lost !== null) return disturbedByLost(lost, machine, fate, services, wasTemporalDown);
  return report.failureIdentifier === "infra/lease-lost" ? [] : disturbed;
}
