import { findAuditByOrderId, recordAudit } from "../../../db/access/audit.js";
import { type Queries, unlessRefused } from "../../../db/connect.js";
import { awaitDispatchLock, notifyDispatch } from "../../../db/queue/dispatch-signal.js";
import { endPauses, insertPause, leasesWithin, readPause, scopeExists } from "../../../db/queue/pauses.js";
import { isolatePausedJob } from "../../../db/queue/waiters.js";
import { formatScope, type Order } from "../../../domain/holds/pause.js";
import type { StopNotice } from "../../../workflows/activities.js";
import type { ControlDependencies } from "../dependencies.js";
import { endWindow } from "../health/maintenance-windows.js";

export function createOrders({ database }: Pick<ControlDependencies, "database">) {
  /**
   * Carries out orders of admins, each once, and records them. Orders that cannot be carried out are recorded and ignored.
   * When it returns, every later pass of the dispatch loop obeys. Returns the running jobs to stop.
   */
  async function obeyOrders({ orders }: { orders: Order[] }): Promise<{ stop: StopNotice[] }> {
    return database.transaction().execute(async (transaction) => {
      await awaitDispatchLock(transaction);
      const stop: StopNotice[] = [];
      for (const order of orders) stop.push(...(await obeyOrNote(transaction, order)));
      await notifyDispatch(transaction);
      return { stop };
    });
  }

  return { obeyOrders };
}

/** An order that the database refuses is recorded like any invalid order: it must not stop the monitor. */
async function obeyOrNote(queries: Queries, order: Order): Promise<StopNotice[]> {
  const outcome = await unlessRefused(queries, () => obey(queries, order));
  if ("result" in outcome) return outcome.result;
  await recordAudit(queries, "the gate", "ignored", order.kind, outcome.refusal, idOf(order));
  return [];
}

function idOf(order: Order): string {
  return order.kind === "pause" ? order.pauseId : order.orderId;
}

async function obey(queries: Queries, order: Order): Promise<StopNotice[]> {
  switch (order.kind) {
    case "nonsense":
      await recordAudit(
        queries,
        "a signal",
        "ignored",
        order.signal,
        `${order.mistake}; it was sent ${order.given}`,
        order.orderId,
      );
      return [];
    case "pause":
      return pause(queries, order);
    case "resume":
      await resume(queries, order);
      return [];
  }
}

async function pause(queries: Queries, order: Extract<Order, { kind: "pause" }>): Promise<StopNotice[]> {
  const { pauseId, scope, name, reason, author, until, now } = order;
  const target = formatScope(order);
  if (!(await scopeExists(queries, order, "pause"))) {
    await recordAudit(queries, author, "ignored", "pause", `this grid has no ${target}, or it has ended`, pauseId);
    return [];
  }
  const end = until === null ? "" : `, until ${until}`;
  const isNew = await recordAudit(
    queries,
    author,
    "pause",
    target,
    `${reason}${end}${now ? ", stopping what runs" : ""}`,
    pauseId,
  );
  if (isNew) {
    const since = new Date().toISOString();
    await insertPause(queries, {
      pauseId,
      kind: "pause",
      scope,
      name,
      reason,
      author,
      since,
      until,
      stopsRunning: now,
    });
    if (scope === "job") await isolatePausedJob(queries, name);
  }
  // An order that is sent again after its pause has ended stops nothing.
  if (!now || !(await isOpen(queries, pauseId))) return [];
  const why = `${target} was paused by ${author}: ${reason}`;
  return (await leasesWithin(queries, order)).map((lease) => ({ ...lease, reason: why }));
}

async function isOpen(queries: Queries, pauseId: string): Promise<boolean> {
  const pause = await readPause(queries, pauseId);
  return (
    pause !== undefined && pause.endedAt === null && (pause.until === null || Date.parse(pause.until) > Date.now())
  );
}

async function resume(queries: Queries, order: Extract<Order, { kind: "resume" }>): Promise<void> {
  const target = formatScope(order);
  if ((await findAuditByOrderId(queries, order.orderId)) !== undefined) return;
  const ended = await endPauses(queries, order, order.author);
  if (ended.length > 0) await recordAudit(queries, order.author, "resume", target, order.reason, order.orderId);
  else await recordAudit(queries, order.author, "ignored", "resume", `${target} was not paused`, order.orderId);
  for (const each of ended) await endWindow(queries, each);
}
