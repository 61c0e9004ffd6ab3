import { monotonicFactory } from "ulid";
import { connectDatabase } from "../db/connect.js";
import { isLoopback } from "../source/loopback.js";
import { readEnvironment, runProcess } from "../workers/process/environment.js";
import { Intake } from "../source/intake.js";
import { makeScratch } from "../workers/process/scratch.js";
import { connectTemporal } from "../workers/process/temporal-worker.js";
import { createAccess } from "./requests/access.js";
import { createOutageList } from "./answers/outage-list.js";
import { createStatistics } from "./answers/statistics.js";
import { databaseLog } from "./answers/database-log.js";
import { createApp } from "./app.js";
import { EventFeed } from "./events/feed.js";
import { startTracing } from "../workers/process/tracing.js";
import { createServer, readListening } from "../workers/process/listening.js";

runProcess("api", async (log) => {
  const environment = readEnvironment(process.env, [
    "temporal",
    "temporalUi",
    "databaseUrl",
    "publicUrl",
    "token",
    "secretKey",
    "openIdSecret",
    "host",
    "port",
  ]);
  const listening = readListening(process.env, environment.host);
  // Ids are in order even within a millisecond, so that jobs are listed in the order of their suite.
  const nextUlid = monotonicFactory();
  const { database } = connectDatabase(environment.databaseUrl, 10);
  const { client } = await connectTemporal(environment.temporal);
  const logError = databaseLog((error) => (typeof error === "string" ? log.error(error) : log.error({ err: error })));
  const tracing = await startTracing("holdfast-api", process.env);
  const app = createApp({
    database,
    feed: new EventFeed(database, logError),
    listOutages: createOutageList(database),
    statistics: createStatistics(database),
    client,
    publicUrl: environment.publicUrl,
    temporalUi: environment.temporalUi,
    namespace: environment.temporal.namespace,
    access: createAccess(database, environment.token, environment.secretKey),
    newId: () => nextUlid().toLowerCase(),
    secretKey: environment.secretKey,
    openIdSecret: environment.openIdSecret || undefined,
    scratch: makeScratch("api"),
    intake: new Intake(),
    isLocal: isLoopback(environment.host) && listening.proxies === null,
    proxies: listening.proxies,
    log: logError,
    tracing,
  });
  const server = createServer(listening, app);
  await new Promise<void>((resolve, reject) =>
    server.once("error", reject).listen(environment.port, environment.host, resolve),
  );
  log.info({ port: environment.port }, "API runs");
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
  server.closeAllConnections();
  server.close();
  await tracing.end();
});
