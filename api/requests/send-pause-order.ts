import type { Client } from "@temporalio/client";
import { setTimeout as sleep } from "node:timers/promises";
import { type AuditLine, findAuditByOrderId } from "../../db/access/audit.js";
import type { Database } from "../../db/connect.js";
import { type Order, readOrder } from "../../domain/holds/pause.js";
import { pauseSignal, resumeSignal } from "../../workflows/messages.js";
import { signalMonitor } from "../../workflows/starting.js";
import { Problem } from "./problem.js";

const pollMs = 50;
const patienceMs = 30_000;

/** An order to the monitor, with the same fields as a hand-written signal. */
export interface PauseOrderRequest {
  scope: string;
  reason: string;
  by: string;
  until?: string | null;
  now?: boolean;
  id: string;
}

/**
 * Signals an order to the health monitor and waits until it is in effect. From then on, no job that it stops is started.
 * @throws Problem 422 for an invalid order, 409 for an impossible one, 503 if the monitor does not answer
 */
export async function sendPauseOrder(
  client: Client,
  database: Database,
  signal: "pause" | "resume",
  request: PauseOrderRequest,
): Promise<Exclude<Order, { kind: "nonsense" }>> {
  const order = readOrder(signal, request, request.id, new Date().toISOString());
  if (order.kind === "nonsense") throw new Problem("wrong-request", order.mistake);
  await signalMonitor(client, signal === "pause" ? pauseSignal : resumeSignal, request).catch((error: Error) => {
    throw new Problem("gate-unreachable", `the health monitor cannot be reached now: ${error.message}`);
  });
  const outcome = await outcomeOf(database, request.id);
  if (outcome.action === "ignored") throw new Problem("not-possible", outcome.detail);
  return order;
}

async function outcomeOf(database: Database, orderId: string): Promise<AuditLine> {
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(pollMs)) {
    const outcome = await findAuditByOrderId(database, orderId);
    if (outcome !== undefined) return outcome;
  }
  throw new Problem(
    "gate-slow",
    "the health monitor has the order, but has not carried it out yet; see `holdfast grid --log`",
  );
}
