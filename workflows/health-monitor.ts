import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  setHandler,
  uuid4,
  workflowInfo,
} from "@temporalio/workflow";
import type { Order } from "../domain/holds/pause.js";
import { control, monitor, type ServiceChange } from "./activities.js";
import { type MonitorSnapshot, probeNowSignal, snapshotQuery } from "./messages.js";
import { describeOrder, obeyNext, openOrders, tellJob } from "./monitor-orders.js";

/** Orders that arrived while the last run was ending. */
export interface HealthMonitorInput {
  orders: Order[];
}

type Changes = Omit<ServiceChange, "outageId">[];
/** How many lines each list of the snapshot keeps. */
const remembered = 50;
const longestHistory = 2_000;
/** How many orders a new run takes over: a payload holds 2 MB, and an order may have several kB. */
const mostHandedOver = 100;

/**
 * The health monitor of the grid.
 * 1. It keeps two long loops running, watch and dispatch. Its history has only changes and orders.
 * 2. Its state is in PostgreSQL, so it may be terminated and started again at any time.
 * 3. No order is lost, and no signal can stop it: every `pause`, `resume` or unknown signal becomes an order, and the next run
 *    takes over open orders.
 */
export async function healthMonitor(input: Partial<HealthMonitorInput> = {}): Promise<void> {
  const snapshot: MonitorSnapshot = { watchingSince: new Date().toISOString(), changes: [], orders: [] };
  let wantsProbe = false;
  setHandler(snapshotQuery, () => snapshot, { description: "What the monitor has done, and when." });
  setHandler(
    probeNowSignal,
    () => {
      wantsProbe = true;
    },
    { description: "Probes all services now, before their time." },
  );
  const orders = openOrders(input.orders ?? []);
  setCurrentDetails("watching services, admitting jobs");
  const loops = new CancellationScope();
  const admission = loops.run(keepAdmitting).catch(rethrowUnlessCancelled);
  let watch = startWatch(false);
  const isLong = () => workflowInfo().continueAsNewSuggested || workflowInfo().historyLength > longestHistory;
  while (!isLong()) {
    await condition(() => watch.ended() || wantsProbe || orders.length > 0);
    while (orders.length > 0 && !isLong()) note(snapshot.orders, (await obeyNext(orders)).map(toLine));
    if (!watch.ended() && !wantsProbe) continue;
    const changes = await watch.stop();
    await record(changes, snapshot);
    watch = startWatch(wantsProbe);
    wantsProbe = false;
  }
  await record(await watch.stop(), snapshot);
  loops.cancel();
  await admission;
  await condition(allHandlersFinished);
  // Too many orders would not fit into the input of a new run.
  while (orders.length > mostHandedOver) await obeyNext(orders);
  await continueAsNew<typeof healthMonitor>({ orders });
}

async function keepAdmitting(): Promise<void> {
  for (;;) await monitor.admitJobs();
}

/** Watches until a service changes. If it is stopped, no change is lost, because the next watch sees it again. */
function startWatch(probeNow: boolean): { ended(): boolean; stop(): Promise<Changes> } {
  const scope = new CancellationScope();
  let end: { changes: Changes } | { error: unknown } | undefined;
  scope
    .run(() => monitor.watchServices({ probeNow }))
    .then(
      (seen) => (end = seen),
      (error: unknown) => (end = { error }),
    );
  return {
    ended: () => end !== undefined,
    async stop() {
      if (end === undefined) scope.cancel();
      else if ("changes" in end) return end.changes;
      else rethrowUnlessCancelled(end.error);
      return [];
    },
  };
}

async function record(changes: Changes, snapshot: MonitorSnapshot): Promise<void> {
  if (changes.length === 0) return;
  const recorded = await control.recordServiceChanges({
    changes: changes.map((change) => ({ ...change, outageId: uuid4() })),
  });
  await Promise.all(recorded.tell.map(tellJob));
  note(
    snapshot.changes,
    changes.map(({ service, machine = null, health }) => ({
      at: new Date().toISOString(),
      service,
      machine,
      state: health.state,
      detail: health.detail,
    })),
  );
}

function toLine(order: Order): MonitorSnapshot["orders"][number] {
  return { at: new Date().toISOString(), order: describeOrder(order) };
}

function note<T>(lines: T[], more: readonly T[]): void {
  lines.push(...more);
  lines.splice(0, lines.length - remembered);
}

function rethrowUnlessCancelled(error: unknown): void {
  if (!isCancellation(error)) throw error;
}
