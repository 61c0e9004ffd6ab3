import { recordAudit } from "../../../db/access/audit.js";
import type { Queries } from "../../../db/connect.js";
import { readGridConfig } from "../../../db/grid/grid-config.js";
import { notifyDispatch } from "../../../db/queue/dispatch-signal.js";
import { closeOutage, type NewOutage, openOutage, reopenOutage } from "../../../db/services/outage-record.js";
import { isInMaintenance } from "../../../db/queue/pauses.js";
import { beginRelease, endRelease } from "../../../db/queue/release-state.js";
import { changeMachineServiceState, readMachineStates } from "../../../db/machines/machine-services.js";
import { changeServiceState, readServices, runningJobsNeeding } from "../../../db/services/services.js";
import { rootCause } from "../../../domain/health/service-graph.js";
import type { GridConfig } from "../../../domain/config/grid-file.js";
import { type HealthMark, isDownAsWhole, type ServiceHealth } from "../../../domain/health/health.js";
import type { ServiceChange, ServiceNotice } from "../../../workflows/activities.js";
import type { ControlDependencies } from "../dependencies.js";

/** A change, and the state of the service from which it was counted. Changes of versions before 0.3 have no `from`. */
export type CountedChange = ServiceChange & { from?: HealthMark };

export function createServiceChanges({ database }: Pick<ControlDependencies, "database">) {
  /**
   * Records changes of services: state, outage and audit in one transaction, each change once. Returns the running jobs that
   * must be notified.
   */
  async function recordServiceChanges({ changes }: { changes: CountedChange[] }): Promise<{ tell: ServiceNotice[] }> {
    return database.transaction().execute(async (transaction) => {
      const config = await readGridConfig(transaction);
      const tell: ServiceNotice[] = [];
      for (const change of changes) {
        await recordChange(transaction, config, change);
        tell.push(...(await noticesOf(transaction, change)));
      }
      await notifyDispatch(transaction);
      return { tell };
    });
  }

  return { recordServiceChanges };
}

async function noticesOf(queries: Queries, { service, machine, health }: ServiceChange): Promise<ServiceNotice[]> {
  if (health.state === "unknown") return [];
  const state = health.state === "down" ? "down" : "up";
  const jobs = await runningJobsNeeding(queries, service, machine ?? null);
  return jobs.map((jobId) => ({ jobId, service, state, detail: health.detail }));
}

/** Records one change. Does nothing if the stored state has changed since the change was counted. */
export async function recordChange(queries: Queries, config: GridConfig, change: CountedChange): Promise<void> {
  const { service, health, from } = change;
  const machine = change.machine ?? null;
  const was =
    machine === null
      ? await changeServiceState(queries, service, health, from)
      : await changeMachineServiceState(queries, service, machine, health, from);
  if (was === undefined) return;
  const target = `service:${service}${machine === null ? "" : ` on ${machine}`}`;
  await recordAudit(queries, "monitor", health.state, target, health.detail);
  if (health.state === "unknown") return;
  if (health.state === "up") {
    const ended = await closeOutage(queries, { service, machine, kind: "unplanned" }, health.since);
    const wasDown = (was === "down" || ended === "down") && config.services[service] !== undefined;
    if (wasDown && !(await isUsedElsewhere(queries, service, machine))) await beginRelease(queries, service);
    return;
  }
  if (machine === null) await endRelease(queries, [service]);
  // Planned downtime is a separate outage, as long as its window.
  if (await isInMaintenance(queries, service, machine)) return;
  await openOrGoOn(
    queries,
    config,
    {
      outageId: change.outageId,
      service,
      machine,
      kind: "unplanned",
      severity: health.state === "degraded" ? "degraded" : "down",
      startedAt: health.since,
      detail: health.detail,
      cause: await causeOf(queries, service, machine),
    },
    health,
  );
}

/** A flapping service continues its last outage. Other outages keep their exact times: runs between them are valid proof. */
async function openOrGoOn(
  queries: Queries,
  { hold }: GridConfig,
  outage: NewOutage,
  { settleMs }: ServiceHealth,
): Promise<void> {
  if (settleMs > 0 && (await reopenOutage(queries, outage, hold.flapping.within))) return;
  await openOutage(queries, outage);
}

/** Whether jobs could use the service on machines other than the one where it returned. */
async function isUsedElsewhere(queries: Queries, service: string, machine: string | null): Promise<boolean> {
  if (machine === null) return false;
  const states = await readMachineStates(queries);
  return states.some(
    (each) => each.service === service && each.machine !== machine && ["up", "degraded"].includes(each.state),
  );
}

/**
 * The dependency of this service that is already down: it must be fixed first.
 * @param machine where it is down; null for a service that is the same for all machines. If it is null, a dependency that each
 *   machine has for itself counts as down if it is down on all of them
 */
async function causeOf(queries: Queries, service: string, machine: string | null = null): Promise<string | null> {
  const services = await readServices(queries);
  const onMachines = await readMachineStates(queries);
  const dependsOn = Object.fromEntries(services.map(({ name, config }) => [name, config.dependsOn]));
  const isDown = (name: string) => {
    const there = onMachines.filter((each) => each.service === name && (machine ?? each.machine) === each.machine);
    const whole = services.find((each) => each.name === name)?.health.state;
    return isDownAsWhole(
      whole,
      there.map(({ state }) => state),
    );
  };
  return rootCause(service, isDown, dependsOn) ?? null;
}
