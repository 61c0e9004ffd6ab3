import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  setCurrentDetails,
  setHandler,
  uuid4,
  workflowInfo,
} from "@temporalio/workflow";
import { control, monitor, type ServiceChange, type ServiceNotice } from "./activities.js";
import { jobWorkflowId, probeNowSignal, serviceDownSignal, serviceUpSignal } from "./messages.js";

/**
 * The gate of the grid. It keeps two long loops alive, and its history holds nothing but changes.
 * Its state is in PostgreSQL: it may be terminated and started again at any time.
 */
export async function healthMonitor(): Promise<void> {
  let wantsProbe = false;
  setHandler(probeNowSignal, () => {
    wantsProbe = true;
  });
  setCurrentDetails("watching services, admitting jobs");
  const loops = new CancellationScope();
  const admission = loops.run(keepAdmitting).catch(rethrowUnlessCancelled);
  for (;;) {
    const isAsked = wantsProbe;
    const changes = await watch(() => wantsProbe);
    if (isAsked) wantsProbe = false;
    if (changes.length > 0) {
      const recorded = await control.recordServiceChanges({
        changes: changes.map((change) => ({ ...change, outageId: uuid4() })),
      });
      await Promise.all(recorded.tell.map(tellJob));
    }
    if (workflowInfo().continueAsNewSuggested || workflowInfo().historyLength > 2_000) break;
  }
  loops.cancel();
  await admission;
  await condition(allHandlersFinished);
  await continueAsNew<typeof healthMonitor>();
}

async function keepAdmitting(): Promise<void> {
  for (;;) await monitor.admitJobs();
}

/** Watches until a service changes; a wish to probe at once starts the watch anew. */
async function watch(wantsProbe: () => boolean): Promise<Omit<ServiceChange, "outageId">[]> {
  const isAsked = wantsProbe();
  const scope = new CancellationScope();
  const watching: { changes?: Omit<ServiceChange, "outageId">[] } = {};
  const watched = scope
    .run(() => monitor.watchServices({ probeNow: isAsked }))
    .then(({ changes }) => (watching.changes = changes));
  await Promise.race([watched, condition(() => !isAsked && wantsProbe())]);
  if (watching.changes !== undefined) return watching.changes;
  watched.catch(rethrowUnlessCancelled);
  scope.cancel();
  return [];
}

async function tellJob({ jobId, service, state, detail }: ServiceNotice): Promise<void> {
  const handle = getExternalWorkflowHandle(jobWorkflowId(jobId));
  const signal = state === "down" ? serviceDownSignal : serviceUpSignal;
  // A job that has ended meanwhile needs to hear nothing.
  await handle.signal(signal, { service, detail }).catch(() => undefined);
}

function rethrowUnlessCancelled(error: unknown): void {
  if (!isCancellation(error)) throw error;
}
