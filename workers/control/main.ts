import { fileURLToPath } from "node:url";
import { Worker } from "@temporalio/worker";
import { monotonicFactory } from "ulid";
import { createDispatchLoop } from "../../activities/control/queue/dispatch-loop.js";
import { createAnalysis } from "../../activities/control/jobs/analyse.js";
import { createComparisonRuns } from "../../activities/control/jobs/comparison-runs.js";
import type { ControlDependencies } from "../../activities/control/dependencies.js";
import { createFinish } from "../../activities/control/jobs/finish.js";
import { createHoldBudget } from "../../activities/control/queue/hold-budget.js";
import { createOrders } from "../../activities/control/queue/carry-out-orders.js";
import { createQueue } from "../../activities/control/queue/enqueue.js";
import { createReview } from "../../activities/control/review/review-attempt.js";
import { createServiceChanges } from "../../activities/control/health/service-changes.js";
import { createSubmissionActivities } from "../../activities/control/jobs/fetch-submission.js";
import { createServiceWatch } from "../../activities/control/health/watch-services.js";
import { createTriggers } from "../../activities/control/triggers/submit-triggered.js";
import { createWeeklyReport } from "../../activities/control/notify/weekly-report.js";
import { connectDatabase } from "../../db/connect.js";
import type { ControlActivities, FetchActivities, MonitorActivities } from "../../workflows/activities.js";
import { analysisQueue, controlQueue, fetchQueue, monitorQueue } from "../../workflows/messages.js";
import { FetchProxy } from "../../source/fetch/fetch-proxy.js";
import { Intake } from "../../source/intake.js";
import { startControlLoops } from "./loops.js";
import { readEnvironment, runProcess } from "../process/environment.js";
import { isLoopback } from "../../source/loopback.js";
import { readListening } from "../process/listening.js";
import { startTracing } from "../process/tracing.js";
import { makeScratch } from "../process/scratch.js";
import { commonWorkerOptions, connectTemporal } from "../process/temporal-worker.js";

runProcess("control", async (log) => {
  const environment = readEnvironment(process.env, [
    "temporal",
    "temporalUi",
    "databaseUrl",
    "smtpUrl",
    "publicUrl",
    "secretKey",
    "host",
    "data",
  ]);
  // Ids are in order even within a millisecond, so that jobs are listed in the order of their suite.
  const nextUlid = monotonicFactory();
  const { database } = connectDatabase(environment.databaseUrl, 10);
  const { connection, client } = await connectTemporal(environment.temporal);
  const scratch = makeScratch("control");
  const tracing = await startTracing("holdfast-control", process.env);
  const dependencies: ControlDependencies = {
    database,
    client,
    scratch,
    databaseUrl: environment.databaseUrl,
    publicUrl: environment.publicUrl,
    temporalUi: environment.temporalUi,
    namespace: environment.temporal.namespace,
    newId: () => nextUlid().toLowerCase(),
    secretKey: environment.secretKey,
    intake: new Intake(),
    fetchProxy: await FetchProxy.start(scratch),
    tracing,
    isLocal: isLoopback(environment.host) && readListening(process.env, environment.host).proxies === null,
  };
  const analysis = createAnalysis(dependencies);
  const submissions = createSubmissionActivities(dependencies);
  const controlActivities: ControlActivities & FetchActivities = {
    ...analysis,
    ...createQueue(dependencies),
    ...createComparisonRuns(dependencies),
    ...createReview(dependencies),
    ...createHoldBudget(dependencies),
    ...createFinish(dependencies),
    ...createServiceChanges(dependencies),
    ...createOrders(dependencies),
    ...createWeeklyReport(dependencies),
    ...createTriggers(dependencies),
    ...submissions,
  };
  const monitorActivities: MonitorActivities = {
    ...createServiceWatch(dependencies),
    ...createDispatchLoop(dependencies),
  };
  const shared = {
    connection,
    namespace: environment.temporal.namespace,
    ...commonWorkerOptions,
    // Otherwise a heartbeat leaves after 80 % of its time, and a busy machine delivers it too late.
    maxHeartbeatThrottleInterval: "2s",
    defaultHeartbeatThrottleInterval: "2s",
  } as const;
  const workers = await Promise.all([
    Worker.create({
      ...shared,
      taskQueue: controlQueue,
      workflowBundle: { codePath: fileURLToPath(new URL("../../workflows/bundle.cjs", import.meta.url)) },
      activities: controlActivities,
      // Activities mostly wait for the database and for probes.
      maxConcurrentActivityTaskExecutions: 100,
      maxConcurrentWorkflowTaskExecutions: 40,
      maxCachedWorkflows: 2_000,
    }),
    Worker.create({
      ...shared,
      taskQueue: analysisQueue,
      activities: analysis,
      maxConcurrentActivityTaskExecutions: 200,
    }),
    Worker.create({
      ...shared,
      taskQueue: fetchQueue,
      activities: submissions,
      maxConcurrentActivityTaskExecutions: 200,
    }),
    Worker.create({
      ...shared,
      taskQueue: monitorQueue,
      activities: monitorActivities,
      maxConcurrentActivityTaskExecutions: 8,
      maxConcurrentActivityTaskPolls: 1,
      maxHeartbeatThrottleInterval: "1s",
      defaultHeartbeatThrottleInterval: "1s",
    }),
  ]);

  const loops = startControlLoops(dependencies, environment, log);
  const stop = () => workers.forEach((worker) => worker.getState() === "RUNNING" && worker.shutdown());
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  log.info("control worker runs");
  await Promise.all(workers.map((worker) => worker.run()));
  await loops.stop();
});
