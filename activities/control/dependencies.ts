import type { Client } from "@temporalio/client";
import type { Database } from "../../db/connect.js";
import type { SpanSink } from "../../domain/jobs/trace.js";
import type { FetchProxy } from "../../source/fetch/fetch-proxy.js";
import type { Intake } from "../../source/intake.js";

/** The dependencies of the control worker's activities. */
export interface ControlDependencies {
  database: Database;
  databaseUrl: string;
  client: Client;
  /** Public address of the API and page, without a trailing path: the base of all links. */
  publicUrl: string;
  /** Public address of Temporal's web UI, if known, and the namespace shown there. */
  temporalUi: string | null;
  namespace: string;
  /** Folder for short-lived files. */
  scratch: string;
  newId: () => string;
  /** The key by which the grid's secrets are encrypted. */
  secretKey: string;
  /** Reads user input in worker threads. */
  intake: Intake;
  /** The proxy through which git reaches servers. */
  fetchProxy: FetchProxy;
  /** Whether only this machine reaches the grid. */
  isLocal: boolean;
  /** Records spans for OpenTelemetry. */
  tracing: SpanSink;
}
