import { join } from "node:path";
import { cancelled as untilCancelled, CancelledFailure, Context, heartbeat } from "@temporalio/activity";
import { LeaseRefusedError } from "../../../client/agent-api.js";
import type { AttemptPlan } from "../../../domain/jobs/attempt-plan.js";
import type { AttemptReport } from "../../../domain/verdict/attempt.js";
import type { RunAttemptInput } from "../../../workflows/contracts.js";
import { sealReport } from "../../control/jobs/report-seal.js";
import { versions } from "./components.js";
import type { Sandbox } from "../sandbox/sandbox.js";
import { testEnvironment } from "./environment.js";
import { type LogStream, type LogTarget, openLogStream } from "./log-stream.js";
import { SecretMask } from "./secret-mask.js";
import { AttemptDraft } from "./attempt-draft.js";
import { collectArtifacts } from "../results/collect-artifacts.js";
import type { AgentDependencies, RunContext } from "./run-context.js";
import { createSteps } from "./steps.js";
import { tracePhases } from "./trace-phases.js";
import { AttemptWatch } from "../watch/attempt-watch.js";

const heartbeatMs = 3_000;

/** The part of a name such as `parent > child` that a test runner prints. */
function lastName(name: string): string {
  return name.split(" > ").at(-1)!;
}

/** A log without secrets. */
function maskedLog(mask: SecretMask, target: LogTarget): LogStream {
  const log = openLogStream(target);
  const masked = mask.stream((data) => log.write(data));
  return {
    write: (data) => masked.write(data),
    end: (names) => {
      masked.end();
      return log.end(names);
    },
  };
}

export function createRunAttempt(dependencies: AgentDependencies) {
  const { api, machine, workspaceStore, sandboxes, running } = dependencies;
  const { prepare, build, test } = createSteps(dependencies);

  /**
   * Runs one attempt under its lease and reports what happened, phase by phase.
   * A problem outside the test is reported as such. Only a test or build that ran and did not pass is a candidate.
   * @throws CancelledFailure after everything it started has ended
   */
  async function runAttempt(input: RunAttemptInput): Promise<AttemptReport> {
    const stop = new AbortController();
    const { leaseId } = input.lease;
    // If the same lease comes a second time, the server gave up the first activity while it still ran.
    running.get(leaseId)?.abort();
    running.set(leaseId, stop);
    const context = Context.current();
    untilCancelled().catch(() => stop.abort());
    const draft = new AttemptDraft();
    const beat = setInterval(() => heartbeat({ phase: draft.phase }), heartbeatMs);
    const sealed = (report: AttemptReport) => {
      const secret = api.secretOf(leaseId);
      return secret === undefined ? report : sealReport(report, secret);
    };
    try {
      return sealed(await attempt(input, draft, stop.signal));
    } catch (error) {
      if (context.cancellationSignal.aborted) throw new CancelledFailure("the attempt was stopped");
      if (stop.signal.aborted || error instanceof LeaseRefusedError)
        return sealed(
          draft.infrastructureProblem(
            "infra/lease-lost",
            "lease",
            error instanceof LeaseRefusedError ? error.message : "the lease was revoked while the attempt ran",
          ),
        );
      const { code, message } = error as NodeJS.ErrnoException;
      const identifier =
        code === "ENOSPC"
          ? "infra/disk-full"
          : draft.phase === "fetch"
            ? "infra/source-unavailable"
            : "infra/agent-error";
      return sealed(draft.infrastructureProblem(identifier, `machine ${machine}`, message));
    } finally {
      clearInterval(beat);
      if (running.get(leaseId) === stop) running.delete(leaseId);
    }
  }

  async function attempt(input: RunAttemptInput, draft: AttemptDraft, stop: AbortSignal): Promise<AttemptReport> {
    const { lease } = input;
    draft.phase = "lease";
    const plan = await api.startAttempt(lease.leaseId, {
      fence: lease.fence,
      machine,
      attempt: input.attempt,
      purpose: input.purpose,
    });
    const sandbox = await sandboxes.takeSandbox(lease.leaseId, dependencies.confine());
    try {
      sandbox.setLimits(plan.limits);
      return await attemptIn(sandbox, plan, input, draft, stop);
    } finally {
      await sandbox.dispose();
    }
  }

  async function attemptIn(
    sandbox: Sandbox,
    plan: AttemptPlan,
    input: RunAttemptInput,
    draft: AttemptDraft,
    stop: AbortSignal,
  ): Promise<AttemptReport> {
    const { lease } = input;
    draft.phase = "fetch";
    const traced = tracePhases(dependencies.tracing, machine, plan.traceparent);
    const workspace = await traced("fetch", () =>
      workspaceStore.open(sandbox.folder, plan.sourceHash, plan.path ?? ""),
    );
    const env = testEnvironment(plan, input.attempt, workspace, dependencies.node, dependencies.path);
    const mask = new SecretMask(plan.secrets ?? {});
    const log = maskedLog(mask, {
      api,
      leaseId: lease.leaseId,
      attempt: input.attempt,
      limitBytes: plan.logLimitBytes,
      spool: join(sandbox.folder, "log"),
    });
    const { paceOf } = dependencies;
    const memoryLimitKills = () => sandboxes.memoryLimitKills();
    const beginWatch = () =>
      new AttemptWatch({ plan, machine, folder: workspace.workspacesDir, paceOf, memoryLimitKills });
    const context: RunContext = { input, plan, mask, workspace, sandbox, env, log, stop, draft, beginWatch };
    try {
      const report = mask.value(
        (await traced("prepare", () => prepare(context))) ??
          (await traced("build", () => build(context))) ??
          (await traced("test", () => test(context))),
      );
      report.components = {
        ...mask.value(await versions(context, machine, dependencies.system)),
        ...report.components,
      };
      const clock = dependencies.clock();
      if (clock !== null) Object.assign(report, { clockOffsetMs: clock.offsetMs, clockErrorMs: clock.errorMs });
      draft.phase = "collect";
      const collected = await traced("collect", () => collectArtifacts(context, api, report.phase));
      report.evidence.push(...mask.value(collected));
      if (!(await log.end(report.failing.map(lastName))))
        report.evidence.push({
          check: "log",
          result: "unknown",
          detail: "incomplete: a part of it could not be uploaded in time; the agent sends it again",
          at: new Date().toISOString(),
        });
      return report;
    } finally {
      await log.end();
    }
  }

  return { runAttempt };
}
