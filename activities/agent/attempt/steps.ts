import { serviceAddress } from "../../../domain/health/service-address.js";
import type { ObservedUse } from "../../../domain/requirements/service-use.js";
import type { ConnectionRecord } from "../use/connection-record.js";
import { ServiceUse } from "../use/service-use.js";
import type { AttemptReport } from "../../../domain/verdict/attempt.js";
import { lostRequirement, missingRequirements } from "./requirement-check.js";
import { SandboxError } from "../sandbox/namespace-holder.js";
import { limitExceeded } from "../sandbox/limit-exceeded.js";
import { runTest } from "../results/run-test.js";
import { type AgentDependencies, describeEnd, runHook, runWatched, type RunContext } from "./run-context.js";
import type { AttemptWatch } from "../watch/attempt-watch.js";
import { checkDisk } from "../watch/disk.js";

/** In a private network, a test reaches only services, and the agent sees each connection to them. */
const privateRecord: ConnectionRecord = { end: async () => ({ addresses: [], isComplete: true }) };

/** The time limit of each step other than the test. */
const prepareMs = 30 * 60_000;

/** The steps of an attempt, in order. Each one either ends the attempt with a report, or returns undefined to continue. */
export function createSteps({ api, machine, path, provision: provisionOf }: AgentDependencies) {
  /**
   * Runs the grid's hook, checks the requirements on the machine, and runs the suite's own preparation. A failure here is
   * infrastructure, unless the preparation exceeds a limit of the attempt.
   */
  async function prepare(context: RunContext): Promise<AttemptReport | undefined> {
    const { draft, plan, workspace } = context;
    draft.phase = "prepare";
    const disk = await checkDisk(workspace.workspacesDir);
    if (disk.result === "bad") return draft.infrastructureProblem("infra/disk-full", disk.check, disk.detail);
    const provision = provisionOf();
    if (provision !== null) {
      const end = await runHook(context, provision, prepareMs);
      if (end.code !== 0)
        return draft.infrastructureProblem("infra/provision-error", "provisioning hook", describeEnd(end, prepareMs));
    }
    await context.sandbox.handOver();
    const missing = await missingRequirements(plan.requirements, path);
    if (missing.length > 0)
      return draft.infrastructureProblem("infra/requirement-missing", `machine ${machine}`, missing.join("; "));
    if (plan.prepare === null) return undefined;
    const { end, watch } = await runWatched(context, plan.prepare, prepareMs);
    if (end.code !== 0 && end.limit !== undefined)
      return watched(context, limitExceeded(draft, end.limit, end.code), watch);
    watch.stop();
    return end.code === 0
      ? undefined
      : draft.infrastructureProblem("infra/prepare-error", "prepare", describeEnd(end, prepareMs));
  }

  async function build(context: RunContext): Promise<AttemptReport | undefined> {
    const { draft, plan } = context;
    if (plan.build === null) return undefined;
    draft.phase = "build";
    const { end, watch } = await runWatched(context, plan.build, prepareMs);
    if (end.code === 0) watch.stop();
    if (end.code === 0) return undefined;
    const report =
      end.limit === undefined
        ? draft.candidate("code/build-failed", end.code, [`build ${describeEnd(end, prepareMs)}`])
        : limitExceeded(draft, end.limit, end.code);
    return watched(context, report, watch);
  }

  async function test(context: RunContext): Promise<AttemptReport> {
    const { draft, plan, input } = context;
    if (plan.prepare !== null || plan.build !== null || provisionOf() !== null)
      await api.enterTest(input.lease.leaseId);
    draft.phase = "test";
    draft.testStartedAt = new Date().toISOString();
    const { result, use } = await observed(context, (within) => runTest(within, plan.timeoutMs * input.timeoutFactor));
    const { watch } = result;
    const report = { ...result.report, ...(use === undefined ? {} : { use }) };
    try {
      const isEnough = report.outcome === "passed" && plan.isControl !== true;
      return isEnough ? report : await watched(context, report, watch);
    } finally {
      watch.stop();
    }
  }

  /** Runs the test, and observes which services it uses. */
  async function observed<T>(
    context: RunContext,
    work: (context: RunContext) => Promise<T>,
  ): Promise<{ result: T; use: ObservedUse | undefined }> {
    const { plan, sandbox, workspace } = context;
    const isPrivate = plan.network === "private";
    const record = isPrivate ? privateRecord : await sandbox.recordConnections();
    const use = new ServiceUse(record, plan.addresses ?? []);
    try {
      const result = await (isPrivate ? inNetwork(context, work, use) : work(context));
      // The use is only information: the test's result counts without it.
      return { result, use: await use.end(workspace.temporary).catch(() => undefined) };
    } catch (error) {
      await record.end();
      throw error;
    }
  }

  /** Runs the test in a private network. */
  async function inNetwork<T>(
    context: RunContext,
    work: (context: RunContext) => Promise<T>,
    use: ServiceUse,
  ): Promise<T> {
    const { plan, sandbox, env } = context;
    const addresses = plan.services.flatMap(({ probe }) => serviceAddress(probe) ?? []);
    const network = await sandbox.openNetwork([...new Set(addresses)]);
    const inside = Object.entries(env).map(([name, value]) => {
      const isService = name.startsWith("HOLDFAST_SERVICE_");
      return [name, isService ? (network.addresses.get(value) ?? value) : value] as const;
    });
    try {
      const report = await work({ ...context, env: Object.fromEntries(inside) });
      if (!network.isWhole()) throw new SandboxError("the private network ended before the test did");
      return report;
    } finally {
      use.noteReached(network.reached());
      network.close();
    }
  }

  /** Adds to a report what the watch saw. The grid decides whether the environment was healthy. */
  async function watched({ plan }: RunContext, report: AttemptReport, watch: AttemptWatch): Promise<AttemptReport> {
    const seen = await watch.finish();
    const lost = await missingRequirements(plan.requirements, path);
    return { ...report, watch: [...seen, ...lost.map((detail) => lostRequirement(report, detail))] };
  }

  return { prepare, build, test };
}
