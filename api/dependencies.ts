import type { Client } from "@temporalio/client";
import type { Access } from "./requests/access.js";
import type { Database } from "../db/connect.js";
import type { OutageList } from "./answers/outage-list.js";
import type { Statistics } from "./answers/statistics.js";
import type { EventFeed } from "./events/feed.js";
import type { Tracing } from "../domain/jobs/trace.js";
import type { Intake } from "../source/intake.js";

/** The dependencies of the API's routes. */
export interface ApiDependencies {
  database: Database;
  client: Client;
  publicUrl: string;
  temporalUi: string | null;
  namespace: string;
  access: Access;
  newId: () => string;
  /** The key that encrypts the grid's secrets. */
  secretKey: string;
  /** The client secret of this grid at its OpenID Connect provider; undefined for a public client. */
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
  /** Addresses of the proxies in front of the API, which it trusts about the client and https. Null if there are none. */
  proxies: string | null;
  log: (error: unknown) => void;
  tracing: Tracing;
}
