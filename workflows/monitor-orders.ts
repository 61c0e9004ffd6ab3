import { getExternalWorkflowHandle, setDefaultSignalHandler, setHandler, uuid4 } from "@temporalio/workflow";
import { type Order, readOrder, unknownSignal } from "../domain/holds/pause.js";
import { control, type ServiceNotice, type StopNotice } from "./activities.js";
import {
  jobWorkflowId,
  pauseSignal,
  resumeSignal,
  serviceDownSignal,
  serviceUpSignal,
  stopRunSignal,
} from "./messages.js";

/** How many orders one activity gets. */
const batch = 50;

/** Records orders that admins send by signals. Handlers only record; every payload becomes an order. */
export function openOrders(unobeyed: readonly Order[]): Order[] {
  const orders = [...unobeyed];
  const take = (signal: "pause" | "resume") => (given: unknown) => {
    orders.push(readOrder(signal, given, uuid4(), new Date().toISOString()));
  };
  setHandler(pauseSignal, take("pause"), {
    description: "Pauses the grid, a service or machines. See the administration guide for its input.",
  });
  setHandler(resumeSignal, take("resume"), { description: "Ends a pause of the grid, a service or machines." });
  setDefaultSignalHandler((signal, given) => {
    orders.push(unknownSignal(signal, given, uuid4()));
  });
  return orders;
}

/** Carries out the oldest orders, and stops running jobs if an order demands it. */
export async function obeyNext(orders: Order[]): Promise<Order[]> {
  const next = orders.splice(0, batch);
  const { stop } = await control.obeyOrders({ orders: next });
  await Promise.all(stop.map(stopJob));
  return next;
}

export async function tellJob({ jobId, service, state, detail }: ServiceNotice): Promise<void> {
  const handle = getExternalWorkflowHandle(jobWorkflowId(jobId));
  const signal = state === "down" ? serviceDownSignal : serviceUpSignal;
  // A job that has ended meanwhile needs no signal.
  await handle.signal(signal, { service, detail }).catch(() => undefined);
}

async function stopJob({ jobId, leaseId, reason }: StopNotice): Promise<void> {
  await getExternalWorkflowHandle(jobWorkflowId(jobId))
    .signal(stopRunSignal, { leaseId, reason })
    .catch(() => undefined);
}

/** An order in one line, for the monitor's snapshot. */
export function describeOrder(order: Order): string {
  if (order.kind === "nonsense") return `ignored a ${order.signal}: ${order.mistake}`;
  return `${order.kind} ${order.scope}${order.name === "" ? "" : ` ${order.name}`} by ${order.author}: ${order.reason}`;
}
