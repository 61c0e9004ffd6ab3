import { ApplicationFailure, ApplicationFailureCategory } from "@temporalio/common";
import { readGridConfig } from "../db/grid.js";
import { readJobFacts, setJobState } from "../db/jobs.js";
import { machineSince } from "../db/machines.js";
import { outagesWithin } from "../db/outage-record.js";
import { notifyDispatch, releaseLeases } from "../db/leases.js";
import { labelAttempt } from "../db/signatures.js";
import { isOverruledUp, readServices, type WatchedService, wantProbe } from "../db/services.js";
import { isWatchedByMachines } from "../domain/files/grid-file.js";
import { provingServices, textsOf } from "../domain/requirement.js";
import type { Attempt, AttemptReport, EvidenceLine } from "../domain/verdict/attempt.js";
import { probeRepeatedly } from "../probes/probe.js";
import type { ReviewInput } from "../workflows/contracts.js";
import type { FailureIdentifier } from "../domain/failures.js";
import type { ControlDependencies } from "./dependencies.js";
import { factsFor } from "./verdict-facts.js";

/** An agent that reports again within this time after an attempt was given up: only the attempt was lost, not the machine. */
const backWithinMs = 15_000;
const lookEveryMs = 1_000;

export function createReview({ database }: ControlDependencies) {
  /** Holds an attempt that did not pass against what the grid knows of its surroundings. */
  async function reviewAttempt({ jobId, attempt, purpose, lease, report, lost }: ReviewInput): Promise<Attempt> {
    const job = await readJobFacts(database, jobId);
    await setJobState(database, jobId, "verifying");
    const fate = lost?.how === "no-answer" ? await awaitReturn(lease.machine, lost.endedAt) : undefined;
    const told = report ?? reportLost(lost!, lease.machine, fate?.back ?? false);
    const required = provingServices(textsOf(job.requirements), job.definition.disturbs);
    const services = (await readServices(database)).filter(({ name }) => required.includes(name));
    const overruled = new Set(services.filter(isOverruledUp).map(({ name }) => name));
    if (told.outcome !== "passed") await awaitTests(jobId, services, told.endedAt);
    await labelAttempt(database, jobId, attempt);
    const proving = required.filter((name) => !overruled.has(name));
    const outages = await outagesWithin(
      database,
      proving,
      lease.machine,
      told.testStartedAt ?? told.startedAt,
      told.endedAt,
    );
    const lines = [
      ...outages.map((outage): EvidenceLine => ({
        check: `service ${outage.service}`,
        result: "bad",
        detail: `outage since ${outage.startedAt}: ${outage.detail}`,
        at: outage.startedAt,
      })),
      ...(await Promise.all(services.map(checkService))),
    ];
    const isBad = lines.some(({ result }) => result === "bad" || result === "unknown");
    const isStopped = lost?.how === "stopped";
    const facts = await factsFor(database, job, await readGridConfig(database));
    return {
      ...facts,
      ...told,
      outcome: told.outcome === "candidate" && isBad ? "dirty" : told.outcome,
      failureIdentifier:
        told.outcome === "candidate" && isBad ? "infra/surroundings-unhealthy" : told.failureIdentifier,
      evidence: [...told.evidence, ...lines],
      number: attempt,
      purpose,
      machine: lease.machine,
      host: lease.host,
      explained: isStopped || outages.length > 0 || services.some(({ health }) => health.state === "down"),
      claimBacked: isBad || told.evidence.some(({ result }) => result === "bad"),
      machineLost: fate !== undefined && !fate.back && fate.othersLost === 0,
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

  /** Waits a little for a machine that stopped answering. */
  async function awaitReturn(machine: string, since: string): Promise<{ back: boolean; othersLost: number }> {
    for (const deadline = Date.now() + backWithinMs; ;) {
      const fate = await machineSince(database, machine, since);
      if (fate.back || Date.now() > deadline) return fate;
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  }

  /** What is known of an attempt whose agent brought no report. */
  function reportLost(lost: NonNullable<ReviewInput["lost"]>, machine: string, isBack: boolean): AttemptReport {
    const failureIdentifier = isBack ? "infra/attempt-lost" : lossIdentifiers[lost.how];
    return {
      outcome: "infrastructure",
      phase: lost.how === "not-taken" ? "lease" : "test",
      failureIdentifier,
      exitCode: null,
      failing: [],
      startedAt: lost.startedAt,
      testStartedAt: null,
      endedAt: lost.endedAt,
      evidence: [
        {
          check: `machine ${machine}`,
          result: "bad",
          detail: `${lossTexts[lost.how]}${lost.detail === "" ? "" : `: ${lost.detail}`}`,
          at: lost.endedAt,
        },
      ],
      components: {},
    };
  }

  return { reviewAttempt };
}

const lossIdentifiers = {
  "no-answer": "infra/machine-lost",
  "not-taken": "infra/machine-lost",
  "service-down": "infra/service-down",
  "lease-lost": "infra/lease-lost",
  stopped: "admin/stopped",
  error: "infra/agent-error",
} as const satisfies Record<string, FailureIdentifier>;

const lossTexts = {
  "no-answer": "its agent stopped answering during the attempt",
  "not-taken": "its agent did not take up the attempt",
  "service-down": "the attempt was stopped because a service that it needs went down",
  "lease-lost": "the job's right to the machine lapsed",
  stopped: "the attempt was stopped",
  error: "its agent could not carry out the attempt",
} as const;

/** Probes a service after an attempt, from the control side. One that only machines see was probed there. */
async function checkService(service: WatchedService): Promise<EvidenceLine> {
  const { name, config, health } = service;
  const check = `service ${name}`;
  const now = new Date().toISOString();
  if (isOverruledUp(service)) return { check, result: "note", detail: health.detail, at: now };
  if (isWatchedByMachines(config)) return { check, result: "note", detail: "is seen by the machine alone", at: now };
  if (health.state === "down" || health.state === "unknown")
    return {
      check,
      result: health.state === "down" ? "bad" : "unknown",
      detail: `${health.state} since ${health.since}: ${health.detail}`,
      at: now,
    };
  // Its test has run since, see `awaitTests`.
  if ("test" in config.probe)
    return { check, result: "good", detail: `${health.state} since ${health.since}`, at: now };
  const { ok, detail, at } = await probeRepeatedly(config.probe, Math.min(config.timeout, 2_000));
  return ok
    ? { check, result: "good", detail: `${health.state} since ${health.since}, probed after the attempt`, at }
    : { check, result: "bad", detail, at };
}
