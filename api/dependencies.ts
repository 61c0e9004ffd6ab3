import type { Client } from "@temporalio/client";
import type { Access } from "./requests/access.js";
import type { Database } from "../db/connect.js";
import type { OutageList } from "./answers/outage-list.js";
import type { Statistics } from "./answers/statistics.js";
import type { EventFeed } from "./events/feed.js";
import type { Tracing } from "../domain/jobs/trace.js";
import type { Intake } from "../source/intake.js";

/** What the API's routes are given. */
export interface ApiDependencies {
  database: Database;
  client: Client;
  publicUrl: string;
  temporalUi: string | null;
  namespace: string;
  access: Access;
  newId: () => string;
  /** The key by which the grid's secrets are encrypted. */
  secretKey: string;
  /** Of this grid at its OpenID Connect provider; undefined for a public client. */
  openIdSecret: string | undefined;
  /** Folder for short-lived files. */
  scratch: string;
  feed: EventFeed;
  listOutages: OutageList;
  statistics: Statistics;
  /** Reads user input in worker threads. */
  intake: Intake;
  /** Whether only this machine reaches the grid. */
  isLocal: boolean;
  /** Addresses of proxies before the API, whose word on the client and on https counts; null for none. */
  proxies: string | null;
  log: (error: unknown) => void;
  tracing: Tracing;
}
