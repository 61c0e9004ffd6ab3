import type { Client } from "@temporalio/client";
import type { Database } from "../db/connect.js";

/** What the API's routes are given. */
export interface ApiDependencies {
  database: Database;
  client: Client;
  publicUrl: string;
  temporalUi: string | null;
  namespace: string;
  token: string;
  newId: () => string;
  log: (error: unknown) => void;
}
