import { cancelled as untilCancelled, CancelledFailure, Context, heartbeat } from "@temporalio/activity";
import { release } from "node:os";
import { type AgentApi, LeaseRefusedError } from "../../client/agent-api.js";
import type { AttemptPlan } from "../../domain/attempt-plan.js";
import type { AttemptReport, EvidenceLine } from "../../domain/verdict/attempt.js";
import type { RunAttemptInput } from "../../workflows/contracts.js";
import { runCommand, type CommandEnd } from "../../probes/command.js";
import { testEnvironment } from "./environment.js";
import { openLogStream, type LogStream } from "./log-stream.js";
import { watchMachine } from "./machine-watch.js";
import { AttemptDraft } from "./report.js";
import { missingRequirements } from "./requirement-check.js";
import { checkDisk, checkSurroundings } from "./surroundings.js";
import type { Workshop, Workspace } from "./workspace.js";

const heartbeatMs = 3_000;
/** Time limits of what is not the test. */
const prepareMs = 30 * 60_000;
const componentMs = 10_000;

export interface AgentDependencies {
  api: AgentApi;
  machine: string;
  workshop: Workshop;
  nodeOptions: string;
  path: string;
  /** The grid's provisioning hook for this machine, as last ordered. */
  provision: () => string | null;
  /** The leases that this agent runs now, each with what stops it. */
  running: Map<string, AbortController>;
}

interface Site {
  input: RunAttemptInput;
  plan: AttemptPlan;
  workspace: Workspace;
  env: Record<string, string>;
  log: LogStream;
  stop: AbortSignal;
  draft: AttemptDraft;
}

export function createRunAttempt(dependencies: AgentDependencies) {
  const { api, machine, workshop, running } = dependencies;

  /**
   * Runs one attempt under its lease and reports what happened, phase by phase.
   * Trouble outside the test is told as such; only a test or build that ran and did not pass is a candidate.
   * @throws CancelledFailure after everything it started has ended
   */
  async function runAttempt(input: RunAttemptInput): Promise<AttemptReport> {
    const stop = new AbortController();
    const { leaseId } = input.lease;
    // The same lease a second time: the first activity was given up by the server while it still ran.
    running.get(leaseId)?.abort();
    running.set(leaseId, stop);
    const context = Context.current();
    untilCancelled().catch(() => stop.abort());
    const draft = new AttemptDraft();
    const beat = setInterval(() => heartbeat({ phase: draft.phase }), heartbeatMs);
    try {
      return await attempt(input, draft, stop.signal);
    } catch (error) {
      if (context.cancellationSignal.aborted) throw new CancelledFailure("the attempt was stopped");
      if (stop.signal.aborted || error instanceof LeaseRefusedError)
        return draft.trouble(
          "infra/lease-lost",
          "lease",
          error instanceof LeaseRefusedError ? error.message : "the lease was revoked while the attempt ran",
        );
      const { code, message } = error as NodeJS.ErrnoException;
      return draft.trouble(
        code === "ENOSPC"
          ? "infra/disk-full"
          : draft.phase === "fetch"
            ? "infra/source-unavailable"
            : "infra/agent-error",
        `machine ${machine}`,
        message,
      );
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
    draft.phase = "fetch";
    const workspace = await workshop.open(lease.leaseId, plan.sourceHash);
    const env = testEnvironment(plan, input.attempt, workspace, dependencies.nodeOptions, dependencies.path);
    const log = openLogStream(api, lease.leaseId, input.attempt, plan.logLimitBytes);
    const site: Site = { input, plan, workspace, env, log, stop, draft };
    try {
      const report = (await prepare(site)) ?? (await build(site)) ?? (await test(site));
      report.components = { ...(await versions(site)), ...report.components };
      draft.phase = "collect";
      if (!(await log.end()))
        report.evidence.push({
          check: "log",
          result: "unknown",
          detail: "could not be brought to the grid whole",
          at: new Date().toISOString(),
        });
      return report;
    } finally {
      await log.end();
      await workspace.remove();
    }
  }

  /** The grid's hook, what the test requires of the machine, and the suite's own preparation: trouble here is infrastructure. */
  async function prepare(site: Site): Promise<AttemptReport | undefined> {
    const { draft, plan, workspace } = site;
    draft.phase = "prepare";
    const disk = await checkDisk(workspace.shelf);
    if (disk.result === "bad") return draft.trouble("infra/disk-full", disk.check, disk.detail);
    const provision = dependencies.provision();
    if (provision !== null) {
      const end = await run(site, provision, prepareMs);
      if (end.code !== 0)
        return draft.trouble("infra/provision-error", "provisioning hook", describeEnd(end, prepareMs));
    }
    const missing = await missingRequirements(plan.requirements, dependencies.path);
    if (missing.length > 0) return draft.trouble("infra/requirement-missing", `machine ${machine}`, missing.join("; "));
    if (plan.prepare === null) return undefined;
    const end = await run(site, plan.prepare, prepareMs);
    return end.code === 0 ? undefined : draft.trouble("infra/prepare-error", "prepare", describeEnd(end, prepareMs));
  }

  async function build(site: Site): Promise<AttemptReport | undefined> {
    const { draft, plan } = site;
    if (plan.build === null) return undefined;
    draft.phase = "build";
    const { end, seen } = await runWatched(site, plan.build, prepareMs);
    if (end.code === 0) return undefined;
    const report = draft.candidate("code/build-failed", end.code, [`build ${describeEnd(end, prepareMs)}`]);
    return judgeSurroundings(site, report, seen);
  }

  async function test(site: Site): Promise<AttemptReport> {
    const { draft, plan, input } = site;
    if (plan.prepare !== null || plan.build !== null || dependencies.provision() !== null)
      await api.enterTest(input.lease.leaseId);
    draft.phase = "test";
    draft.testStartedAt = new Date().toISOString();
    const timeoutMs = plan.timeoutMs * input.timeoutFactor;
    const { end, seen } = await runWatched(site, plan.command, timeoutMs);
    if (end.code === 0) return draft.passed();
    const how = describeEnd(end, timeoutMs);
    if (end.isTimedOut) return judgeSurroundings(site, draft.candidate("code/timeout", null, [how]), seen);
    if (end.code === 75) return claim(site, seen);
    const failure = end.code === 77 ? "code/no-result" : "code/test-failed";
    return judgeSurroundings(
      site,
      draft.candidate(failure, end.code, [end.code === 77 ? "all skipped (exit 77)" : how]),
      seen,
    );
  }

  /** The test says that it is not to blame; whether a probe agrees is in the evidence. */
  async function claim({ draft, plan, workspace }: Site, seen: EvidenceLine[]): Promise<AttemptReport> {
    const detail = "said that its surroundings are to blame (exit 75)";
    const report = draft.trouble("infra/claimed-by-test", "the test", detail, "unknown");
    const evidence = [...report.evidence, ...seen, ...(await checkSurroundings(plan, workspace.shelf))];
    return { ...report, evidence, exitCode: 75, failing: ["exit 75"] };
  }

  /** A failure in bad surroundings proves nothing. */
  async function judgeSurroundings(
    { plan, workspace }: Site,
    report: AttemptReport,
    seen: EvidenceLine[],
  ): Promise<AttemptReport> {
    const lines = [...seen, ...(await checkSurroundings(plan, workspace.shelf))];
    const isBad = lines.some(({ result }) => result === "bad");
    return {
      ...report,
      evidence: [...report.evidence, ...lines],
      ...(isBad ? { outcome: "dirty", failureIdentifier: "infra/surroundings-unhealthy" } : {}),
    };
  }

  /** Versions of what took part, as the suite's commands print them. */
  async function versions(site: Site): Promise<Record<string, string>> {
    const known: Record<string, string> = { machine, kernel: release() };
    for (const [name, command] of Object.entries(site.plan.components)) {
      known[name] = await printedBy(site, command).catch((error: Error) => `unknown: ${error.message}`);
    }
    return known;
  }

  /** The first line that a component's command prints. */
  async function printedBy({ workspace, env, stop }: Site, command: string): Promise<string> {
    let printed = "";
    const onOutput = (data: Buffer) => {
      printed += data.toString("utf8");
    };
    const options = { cwd: workspace.source, env, stop, timeoutMs: componentMs, onOutput, onStart: () => undefined };
    const end = await runCommand(command, options);
    if (end.code !== 0) return `unknown: \`${command}\` ended with ${describeEnd(end, componentMs)}`;
    return (printed.trim().split("\n")[0] ?? "").slice(0, 200) || "printed nothing";
  }

  /** Runs what may turn out to be the code's fault, and sees what its machine goes through meanwhile. */
  async function runWatched(site: Site, command: string, timeoutMs: number) {
    const watch = watchMachine();
    try {
      const end = await run(site, command, timeoutMs);
      return { end, seen: watch.end() };
    } finally {
      watch.end();
    }
  }

  async function run(site: Site, command: string, timeoutMs: number): Promise<CommandEnd> {
    let noted: Promise<void> = Promise.resolve();
    const end = await runCommand(command, {
      cwd: site.workspace.source,
      env: site.env,
      timeoutMs,
      stop: site.stop,
      onOutput: (data) => site.log.write(data),
      onStart: (group) => {
        noted = site.workspace.noteGroup(group);
        noted.catch(() => undefined);
      },
    });
    await noted;
    site.stop.throwIfAborted();
    return end;
  }

  return { runAttempt };
}

function describeEnd({ code, signal, isTimedOut }: CommandEnd, timeoutMs: number): string {
  if (isTimedOut) return `ran into its time limit of ${timeoutMs / 1_000} s`;
  return code === null ? `was ended by ${signal ?? "a signal"}` : `exit ${code}`;
}
