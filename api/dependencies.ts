import type { Client } from "@temporalio/client";
import type { Access } from "./access.js";
import type { Database } from "../db/connect.js";

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
  log: (error: unknown) => void;
}
