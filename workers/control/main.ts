import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "@temporalio/worker";
import nodemailer from "nodemailer";
import { monotonicFactory } from "ulid";
import { createAdmission } from "../../activities/control/jobs/admit-jobs.js";
import { createAnalysis } from "../../activities/control/jobs/analyse.js";
import { createComparisonRuns } from "../../activities/control/jobs/comparison-runs.js";
import type { ControlDependencies } from "../../activities/control/dependencies.js";
import { createFinish } from "../../activities/control/jobs/finish.js";
import { createHoldBudget } from "../../activities/control/queue/hold-budget.js";
import { SelfMonitoring } from "../../activities/control/health/self-monitoring.js";
import { selfProbes } from "../../activities/control/health/self-probes.js";
import { selfProbeEveryMs } from "../../activities/control/health/self-services.js";
import { createDigests } from "../../activities/control/notify/notify-result.js";
import { createLookBack } from "../../activities/control/review/look-back.js";
import { createNotices } from "../../activities/control/notify/notices.js";
import { createOrders } from "../../activities/control/queue/orders.js";
import { createQueue } from "../../activities/control/queue/enqueue.js";
import { createRefusals } from "../../activities/control/notify/refusals.js";
import { createRestore } from "../../activities/control/jobs/restore.js";
import { createReview } from "../../activities/control/review/review-attempt.js";
import { createServiceChanges } from "../../activities/control/health/service-changes.js";
import { createSubmissionActivities } from "../../activities/control/jobs/submission.js";
import { createServiceWatch } from "../../activities/control/health/watch-services.js";
import { createWeeklyReport } from "../../activities/control/notify/weekly-report.js";
import { channels, connectDatabase } from "../../db/connect.js";
import { holdSenderLock } from "../../db/mail/outbox.js";
import type { ControlActivities, FetchActivities, MonitorActivities } from "../../workflows/activities.js";
import { analysisQueue, controlQueue, fetchQueue, monitorQueue } from "../../workflows/messages.js";
import { FetchProxy } from "../../source/fetch/fetch-proxy.js";
import { Intake } from "../../source/intake.js";
import { isLoopback, readEnvironment, runProcess } from "../process/environment.js";
import { startLoop } from "../process/loop.js";
import { makeScratch } from "../process/scratch.js";
import { commonWorkerOptions, connectTemporal } from "../process/temporal-worker.js";
import { Journal } from "./loops/journal.js";
import { listenFor } from "./listener.js";
import { Alarm } from "./loops/alarm.js";
import { OutboxSender, type Relay } from "./loops/outbox-sender.js";
import { Reconciler } from "./loops/reconciler.js";
import { Reminder } from "./loops/reminder.js";
import { Restoration } from "./loops/restoration.js";
import { Starter } from "./loops/starter.js";
import { Supersession } from "./loops/supersession.js";

/** Before it is asked again which of those that wait may begin. */
const startPauseMs = 25;

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
  // In order even within a millisecond: jobs are listed as their suite names them.
  const nextUlid = monotonicFactory();
  const { database } = connectDatabase(environment.databaseUrl, 10);
  const { connection, client } = await connectTemporal(environment.temporal);
  const scratch = makeScratch("control");
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
    isLocal: isLoopback(environment.host),
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
    ...submissions,
  };
  const monitorActivities: MonitorActivities = {
    ...createServiceWatch(dependencies),
    ...createAdmission(dependencies),
  };
  const shared = { connection, namespace: environment.temporal.namespace, ...commonWorkerOptions };
  const workers = await Promise.all([
    Worker.create({
      ...shared,
      taskQueue: controlQueue,
      workflowBundle: { codePath: fileURLToPath(new URL("../../workflows/bundle.cjs", import.meta.url)) },
      activities: controlActivities,
      // They wait for the database and for probes, and use little of this process.
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

  const relay = nodemailer.createTransport({
    url: environment.smtpUrl,
    pool: true,
    // Trying again is the outbox's: a relay that breaks off may have the mail.
    maxRequeues: 0,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    // RFC 5321, section 4.5.3.2.6: who gives up sooner sends twice.
    socketTimeout: 10 * 60_000,
  } as never);
  const journal = new Journal(database, client);
  const { restore } = createRestore(dependencies);
  const { databaseUrl } = environment;
  const restoration = new Restoration({ database, databaseUrl, client, journal, restore, log });
  /** A loop that does nothing with an older copy of the database before it is brought up to date. */
  const whileCurrent = (name: string, pauseMs: number, work: () => Promise<"more" | "done">) =>
    startLoop(name, pauseMs, log, restoration.before(work));
  const senderId = randomInt(2 ** 31 - 1);
  const sender = new OutboxSender(database, senderId, relay as unknown as Relay, log);
  let isKnown = false;
  // Nobody may take what this sender has under way: it sends nothing before the others can see that it lives.
  const outbox = whileCurrent("outbox", 1_000, async () => (isKnown ? sender.sendDue() : "done"));
  const listener = listenFor(environment.databaseUrl, channels.outbox, outbox.wake, log, async (connection) => {
    await holdSenderLock(connection, senderId);
    isKnown = true;
  });
  const starter = new Starter(database, client, log);
  const starts = whileCurrent("starter", 5_000, async () => {
    if (!(await starter.pass())) return "done";
    await sleep(startPauseMs);
    return "more";
  });
  const startListener = listenFor(environment.databaseUrl, channels.starts, starts.wake, log);
  const reconciler = new Reconciler(database, client, log);
  const reminder = new Reminder(database, client);
  const notices = createNotices(dependencies);
  const refusals = createRefusals(dependencies);
  const digests = createDigests(dependencies);
  const supersession = new Supersession(database, client, log);
  const lateTruth = createLookBack(dependencies);
  const alarm = new Alarm(database, log);

  const ownParts = new SelfMonitoring(dependencies, selfProbes(client, environment));
  const done = async (work: Promise<void>) => work.then(() => "done" as const);
  const loops = [
    startLoop("restore", 1_000, log, () => done(restoration.pass())),
    whileCurrent("journal", 1_000, () => journal.pass()),
    whileCurrent("reconciler", 5_000, () => done(reconciler.pass())),
    whileCurrent("reminder", 2_000, () => done(reminder.pass())),
    startLoop("own parts", selfProbeEveryMs, log, () => done(ownParts.pass())),
    whileCurrent("notices", 1_000, () => done(notices.tellDue())),
    whileCurrent("refusals", 1_000, () => done(refusals.tellRefused())),
    whileCurrent("digests", 1_000, async () => ((await digests.sendDueDigest()) ? "more" : "done")),
    whileCurrent("supersession", 1_000, () => done(supersession.pass())),
    whileCurrent("late truth", 1_000, async () => ((await lateTruth.lookBack()) ? "more" : "done")),
    startLoop("alarm", 5_000, log, () => done(alarm.pass())),
  ];

  const stop = () => workers.forEach((worker) => worker.getState() === "RUNNING" && worker.shutdown());
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  log.info("control worker runs");
  await Promise.all(workers.map((worker) => worker.run()));
  await Promise.all(
    [...loops, starts, listener, startListener]
      .map((each) => each.stop())
      .concat(outbox.stop().then(() => sender.settle())),
  );
});
