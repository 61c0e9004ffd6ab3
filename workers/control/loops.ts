import { randomInt } from "node:crypto";
import nodemailer from "nodemailer";
import type { Logger } from "pino";
import type { ControlDependencies } from "../../activities/control/dependencies.js";
import { SelfMonitoring } from "../../activities/control/health/self-monitoring.js";
import { selfProbes } from "../../activities/control/health/self-probes.js";
import { createRestore } from "../../activities/control/jobs/restore.js";
import { createNotices } from "../../activities/control/notify/notices.js";
import { createDigests } from "../../activities/control/notify/notify-result.js";
import { createRefusals } from "../../activities/control/notify/refusals.js";
import { createLookBack } from "../../activities/control/review/find-reverifications.js";
import { channels } from "../../db/connect.js";
import { holdSenderLock } from "../../db/mail/outbox.js";
import type { GridEnvironment } from "../process/environment.js";
import { startLoop } from "../process/loop.js";
import type { ControlLoop } from "./control-loop.js";
import { listenFor } from "./listener.js";
import { AdminWebhook } from "./loops/admin-webhook.js";
import { Forgetting } from "./loops/forgetting.js";
import { Journal } from "./loops/journal.js";
import { OutboxSender, type Relay } from "./loops/outbox-sender.js";
import { Reconciler } from "./loops/reconciler.js";
import { ServiceDownSignals } from "./loops/service-down-signals.js";
import { Restoration } from "./loops/restoration.js";
import { JobStarter } from "./loops/job-starter.js";
import { WebhookMaker, WebhookSender } from "./loops/webhooks.js";
import { Supersession } from "./loops/supersession.js";

type LoopEnvironment = Pick<GridEnvironment, "temporal" | "databaseUrl" | "smtpUrl" | "data">;

/** Starts everything that a control worker repeats. `stop` waits for running work. */
export function startControlLoops(
  dependencies: ControlDependencies,
  environment: LoopEnvironment,
  log: Logger,
): { stop(): Promise<void> } {
  const { database, client, databaseUrl } = dependencies;
  const journal = new Journal(database, client);
  const { restore } = createRestore(dependencies);
  const restoration = new Restoration({ database, databaseUrl, client, journal, restore, log });
  const start = (loop: ControlLoop) => startLoop(loop.name, loop.everyMs, log, () => loop.run());
  /** If the database is an older copy, these loops wait until `restoration` has brought it up to date. */
  const startWhenCurrent = (loop: ControlLoop) =>
    start({ name: loop.name, everyMs: loop.everyMs, run: restoration.whenCurrent(() => loop.run()) });

  const sender = new OutboxSender(database, randomInt(2 ** 31 - 1), openRelay(environment.smtpUrl), log);
  const outbox = startWhenCurrent(sender);
  const outboxListener = listenFor(databaseUrl, channels.outbox, outbox.wake, log, async (connection) => {
    await holdSenderLock(connection, sender.number);
    sender.isKnown = true;
  });
  const starter = startWhenCurrent(new JobStarter(database, client, log));
  const startListener = listenFor(databaseUrl, channels.starts, starter.wake, log);

  const loops = [
    start(restoration),
    start(new AdminWebhook(database, log)),
    start(new SelfMonitoring(dependencies, selfProbes(client, environment))),
    ...[
      journal,
      new Reconciler(database, client, log),
      new ServiceDownSignals(database, client),
      new Supersession(database, client, log),
      new Forgetting(database),
      new WebhookMaker(database, dependencies.publicUrl),
      new WebhookSender(database, dependencies.secretKey, dependencies.isLocal),
      createNotices(dependencies),
      createRefusals(dependencies),
      createDigests(dependencies),
      createLookBack(dependencies),
    ].map(startWhenCurrent),
  ];
  return {
    stop: async () => {
      await Promise.all([...loops, starter, outboxListener, startListener].map((each) => each.stop()));
      await outbox.stop();
      await sender.finish();
    },
  };
}

function openRelay(url: string): Relay {
  return nodemailer.createTransport({
    url,
    pool: true,
    // The outbox retries instead, because a relay that breaks off may already have the mail.
    maxRequeues: 0,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    // RFC 5321, section 4.5.3.2.6: a client that gives up sooner may send twice.
    socketTimeout: 10 * 60_000,
  } as never) as unknown as Relay;
}
