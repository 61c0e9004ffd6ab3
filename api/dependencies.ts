import type { Client } from "@temporalio/client";
import type { Access } from "./requests/access.js";
import type { Database } from "../db/connect.js";
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
  /** Folder for short-lived files. */
  scratch: string;
  /** Reads user input in worker threads. */
  intake: Intake;
  /** Whether only this machine reaches the grid. */
  isLocal: boolean;
  log: (error: unknown) => void;
}
