import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "@temporalio/worker";
import nodemailer from "nodemailer";
import { monotonicFactory } from "ulid";
import { createAdmission } from "../../activities/admit-jobs.js";
import { createAnalysis } from "../../activities/analyse.js";
import { createCompanions } from "../../activities/companions.js";
import type { ControlDependencies } from "../../activities/dependencies.js";
import { createFinish } from "../../activities/finish.js";
import { createHoldBudget } from "../../activities/hold-budget.js";
import { OwnParts } from "../../activities/health/own-parts.js";
import { ownProbes } from "../../activities/health/own-probes.js";
import { ownEveryMs } from "../../activities/health/own-services.js";
import { createDigests } from "../../activities/notify-result.js";
import { createLateTruth } from "../../activities/late-truth.js";
import { createNotices } from "../../activities/notices.js";
import { createOrders } from "../../activities/orders.js";
import { createParking } from "../../activities/parking.js";
import { createRefusals } from "../../activities/refusals.js";
import { createRestore } from "../../activities/restore.js";
import { createReview } from "../../activities/review-attempt.js";
import { createServiceChanges } from "../../activities/health/service-changes.js";
import { createSubmissionActivities } from "../../activities/submission.js";
import { createServiceWatch } from "../../activities/health/watch-services.js";
import { createWeeklyReport } from "../../activities/weekly-report.js";
import { channels, connectDatabase } from "../../db/connect.js";
import { holdSenderLock } from "../../db/outbox.js";
import type { ControlActivities, FetchActivities, MonitorActivities } from "../../workflows/activities.js";
import { analysisQueue, controlQueue, fetchQueue, monitorQueue } from "../../workflows/messages.js";
import { FetchProxy } from "../../source/fetch-proxy.js";
import { Intake } from "../../source/intake.js";
import { isLoopback, readEnvironment, runProcess } from "../environment.js";
import { startLoop } from "../loop.js";
import { makeScratch } from "../scratch.js";
import { commonWorkerOptions, connectTemporal } from "../temporal.js";
import { Journal } from "./journal.js";
import { listenFor } from "./listener.js";
import { Alarm } from "./alarm.js";
import { OutboxSender, type Relay } from "./outbox-sender.js";
import { Reconciler } from "./reconciler.js";
import { Reminder } from "./reminder.js";
import { Restoration } from "./restoration.js";
import { Starter } from "./starter.js";
import { Supersession } from "./supersession.js";

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
    ...createParking(dependencies),
    ...createCompanions(dependencies),
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
  const lateTruth = createLateTruth(dependencies);
  const alarm = new Alarm(database, log);

  const ownParts = new OwnParts(dependencies, ownProbes(client, environment));
  const done = async (work: Promise<void>) => work.then(() => "done" as const);
  const loops = [
    startLoop("restore", 1_000, log, () => done(restoration.pass())),
    whileCurrent("journal", 1_000, () => journal.pass()),
    whileCurrent("reconciler", 5_000, () => done(reconciler.pass())),
    whileCurrent("reminder", 2_000, () => done(reminder.pass())),
    startLoop("own parts", ownEveryMs, log, () => done(ownParts.pass())),
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
