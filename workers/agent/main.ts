import { join } from "node:path";
import { Worker } from "@temporalio/worker";
import { ulid } from "ulid";
import { SandboxPool } from "../../activities/agent/sandbox/sandbox-pool.js";
import { libraryFolders, typescriptNode } from "../../activities/agent/attempt/environment.js";
import { createRunAttempt } from "../../activities/agent/attempt/run-attempt.js";
import { openWorkspaceStore } from "../../activities/agent/attempt/workspace.js";
import { createAgentApi } from "../../client/agent-api.js";
import { createRequests } from "../../client/requests.js";
import type { MachineOrders } from "../../domain/jobs/attempt-plan.js";
import { clockDifference, type ClockSample } from "../../domain/health/clock-difference.js";
import { leaseMs } from "../../domain/jobs/lease-times.js";
import { machineQueue } from "../../workflows/messages.js";
import { readEnvironment, runProcess } from "../process/environment.js";
import { startTracing } from "../process/tracing.js";
import { startLoop } from "../process/loop.js";
import { commonWorkerOptions, connectTemporal } from "../process/temporal-worker.js";
import { discoverFacts, systemVersions } from "./facts.js";
import { ServiceWatch } from "./service-watch.js";

const reportMs = 4_000;
/** How long to wait for an API that does not answer before an attempt is given up. */
const patienceMs = 12_000;
/** How long stopping a test may take. A lease that could not be renewed is given up this long before it ends. */
const killMs = 10_000;
const expiryLookMs = 1_000;
const repairMs = 30_000;
/** How many answers are used to compare the machine's clock with the grid's: those of the last minute. */
const clockSamples = 15;

runProcess("agent", async (log) => {
  const environment = readEnvironment(process.env, ["temporal", "publicUrl", "token", "data", "machine"]);
  const { machine } = environment;
  const api = createAgentApi(
    createRequests(environment.publicUrl, environment.token, { timeoutMs: 10_000, patienceMs }),
  );
  const path = process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin";
  const folder = join(environment.data, "agents", machine);
  const workspaces = await openWorkspaceStore(folder, api);
  const tools = { library: libraryFolders(), path };
  const sandboxes = await SandboxPool.survey({ data: environment.data, folder, work: workspaces.folder, tools });
  const running = new Map<string, AbortController>();
  const agent = ulid();
  /** When the last accepted report was made, by the clock of `performance`. */
  let renewedAt = performance.now();
  let samples: ClockSample[] = [];
  let slots: number | undefined;
  let orders: MachineOrders | undefined;
  const watch = new ServiceWatch(() => reports?.wake());
  let reports: ReturnType<typeof startLoop> | undefined;
  const report = async (): Promise<MachineOrders> => {
    const [sentAt, madeAt] = [Date.now(), performance.now()];
    const ordered = await api.report(machine, {
      agent,
      facts: { ...discoverFacts(), ...sandboxes.facts(orders?.confine ?? true) },
      ...(slots === undefined ? {} : { slots }),
      leases: [...running.keys()],
      asOf: orders?.asOf ?? null,
      services: watch.counted(),
    });
    renewedAt = madeAt;
    if (ordered.now !== undefined)
      samples = [...samples, { sentAt, receivedAt: Date.now(), gridTime: Date.parse(ordered.now) }].slice(
        -clockSamples,
      );
    watch.follow(ordered.watch);
    for (const leaseId of ordered.revoked) running.get(leaseId)?.abort();
    return ordered;
  };

  orders = await joinGrid(report);
  slots = orders.slots;
  if (orders.confine) sandboxes.warmUp(slots);
  const { connection } = await connectTemporal(environment.temporal);
  const worker = await Worker.create({
    connection,
    namespace: environment.temporal.namespace,
    taskQueue: machineQueue(machine),
    activities: createRunAttempt({
      api,
      machine,
      workspaceStore: workspaces,
      running,
      node: typescriptNode(path),
      sandboxes,
      path,
      system: systemVersions(discoverFacts()),
      confine: () => orders?.confine ?? true,
      provision: () => orders?.provision ?? null,
      paceOf: (service) => orders?.pace?.[service],
      clock: () => clockDifference(samples),
      tracing: await startTracing(`holdfast-agent-${machine}`, process.env),
    }),
    maxConcurrentActivityTaskExecutions: orders.slots,
    maxConcurrentActivityTaskPolls: 1,
    maxHeartbeatThrottleInterval: "3s",
    defaultHeartbeatThrottleInterval: "3s",
    ...commonWorkerOptions,
  });
  reports = startLoop("report", reportMs, log, async () => {
    orders = await report();
    // The slots of a worker are fixed. For another number the agent restarts as soon as nothing runs.
    if (orders.slots !== slots && running.size === 0) stop();
    return "done";
  });
  const repairs = startLoop("repair sandboxes", repairMs, log, async () => {
    if (orders?.confine === false || !sandboxes.isBroken()) return "done";
    await sandboxes.repair();
    if (!sandboxes.isBroken()) sandboxes.warmUp(slots ?? 1);
    return "done";
  });
  // No attempt may run longer than its lease, because the next job gets this machine then. This has its own timer, because a
  // report may take longer than a lease lasts.
  setInterval(() => {
    if (performance.now() - renewedAt > leaseMs - killMs) for (const attempt of running.values()) attempt.abort();
  }, expiryLookMs).unref();
  const stop = () => {
    for (const attempt of running.values()) attempt.abort();
    if (worker.getState() === "RUNNING") worker.shutdown();
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  log.info({ machine, slots: orders.slots }, "agent runs");
  await worker.run();
  watch.stop();
  await Promise.all([reports.stop(), repairs.stop()]);
  await sandboxes.close();
});

/** Sends the first report. Waits for an API that is still starting. */
async function joinGrid(report: () => Promise<MachineOrders>): Promise<MachineOrders> {
  for (let tries = 0; ; tries++) {
    try {
      return await report();
    } catch (error) {
      if (tries === 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
}
