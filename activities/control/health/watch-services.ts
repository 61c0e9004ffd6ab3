import { Context } from "@temporalio/activity";
import { readGridConfig } from "../../../db/grid/grid-config.js";
import { noteHeartbeat } from "../../../db/services/heartbeat.js";
import { insertPastOutage } from "../../../db/services/outage-record.js";
import { readMachineChanges } from "../../../db/machines/machine-services.js";
import {
  endOverride,
  recordProbeError,
  type ProbeRecord,
  readServices,
  recordProbes,
  type WatchedService,
} from "../../../db/services/services.js";
import { isWatchedByMachines } from "../../../domain/config/grid-file.js";
import type { FlappingPolicy, HealthMark } from "../../../domain/health/health.js";
import { probe } from "../../../probes/probe.js";
import type { MonitorActivities } from "../../../workflows/activities.js";
import type { ControlDependencies } from "../dependencies.js";
import { countingPolicy, flappingPolicy } from "../../../domain/config/counting.js";
import { InterruptibleTimer, maxActivityMs } from "../queue/interruptible-timer.js";
import { selfServices } from "./self-services.js";
import type { CountedChange } from "./service-changes.js";
import { createTestProbe } from "./test-probe.js";
import { ServiceMonitor } from "./service-monitor.js";

/** How often due probes are started and heartbeats are sent. */
const roundMs = 250;
/** How often services, reports of agents and results of test runs are read again. */
const reloadMs = 1_000;
/** When to retry a test that could not be started. A started test is in the database by then. */
const againMs = 5_000;
/** If nothing watches the services for longer than this, the grid's own record has a gap. */
const longestGapMs = 15_000;

type Changes = Omit<CountedChange, "outageId">[];
type Finished = { record: ProbeRecord; from: HealthMark; isChanged: boolean };

export function createServiceWatch(dependencies: ControlDependencies) {
  const { database, newId } = dependencies;
  const testProbe = createTestProbe(dependencies);

  /** Probes every service at its interval. Returns as soon as one changes. */
  async function watchServices({ probeNow }: { probeNow: boolean }): Promise<{ changes: Changes }> {
    const context = Context.current();
    const ends = Date.now() + maxActivityMs;
    const clock = new InterruptibleTimer(context.cancelled);
    const finished: Finished[] = [];
    const watched = new Map<string, ServiceMonitor>();
    let loadedAt = 0;
    let flapping: FlappingPolicy | undefined;
    while (Date.now() < ends) {
      context.heartbeat();
      let changes: Changes = [];
      if (flapping === undefined || Date.now() - loadedAt > reloadMs) {
        loadedAt = Date.now();
        await noteGap();
        flapping = flappingPolicy(await readGridConfig(database));
        reload(watched, await readServices(database));
        if (probeNow) for (const each of watched.values()) each.dueAt = 0;
        probeNow = false;
        changes = [...(await overrule(watched)), ...(await readMachineChanges(database, new Date().toISOString()))];
        await collectTests(watched, flapping, finished);
      }
      for (const each of watched.values()) {
        if (each.isDue()) void begin(each, flapping, finished);
      }
      const round = finished.splice(0);
      lookBelow(watched, round);
      await recordProbes(
        database,
        round.map(({ record }) => record),
      );
      changes.push(
        ...round
          .filter(({ isChanged }) => isChanged)
          .map(({ record, from }) => ({ service: record.name, machine: null, health: record.health, from })),
      );
      if (changes.length > 0) return { changes };
      await clock.wait(roundMs);
    }
    return { changes: [] };
  }

  /** Finds a gap in the watch when the watch continues. */
  async function noteGap(): Promise<void> {
    const since = await noteHeartbeat(database, selfServices.control, longestGapMs);
    if (since === null) return;
    const outage = {
      outageId: newId(),
      service: selfServices.control,
      machine: null,
      kind: "unplanned",
      severity: "down",
      startedAt: since,
      detail: "nobody watched the services",
      cause: null,
    } as const;
    await insertPastOutage(database, outage, new Date().toISOString());
  }

  async function overrule(watched: ReadonlyMap<string, ServiceMonitor>): Promise<Changes> {
    const changes: Changes = [];
    for (const each of watched.values()) {
      const now = new Date().toISOString();
      const { state, since } = each.stored.health;
      const change = each.overrule(now);
      if (change === "unchanged") continue;
      if (change === "over" && !(await endOverride(database, each.name, now))) continue;
      changes.push({ service: each.name, machine: null, health: each.stored.health, from: { state, since } });
    }
    return changes;
  }

  async function begin(each: ServiceMonitor, flapping: FlappingPolicy, finished: Finished[]): Promise<void> {
    const { config } = each.stored;
    each.isBusy = true;
    if ("test" in config.probe) {
      // Its job is checked at every reload; if there is none, it is created then.
      await testProbe
        .begin(each.stored)
        .catch((error: Error) => recordProbeError(database, each.name, error.message).catch(() => undefined));
      each.dueAt = Date.now() + againMs;
      each.isBusy = false;
      return;
    }
    const result = await probe(config.probe, config.timeout);
    // A probe that was late because of this process does not count: it is repeated at once.
    if (result.isLate === true) each.dueAt = Date.now();
    else finished.push(each.count(result, countingPolicy(config, flapping)));
    each.isBusy = false;
  }

  async function collectTests(
    watched: ReadonlyMap<string, ServiceMonitor>,
    flapping: FlappingPolicy,
    finished: Finished[],
  ): Promise<void> {
    for (const each of watched.values()) {
      if (each.stored.probeJob === null) continue;
      const result = await testProbe.result(each.stored);
      if (result === undefined) continue;
      each.stored.probeJob = null;
      each.dueAt = Date.now() + each.stored.config.every;
      if (result !== null) finished.push(each.count(result, countingPolicy(each.stored.config, flapping)));
    }
  }

  return { watchServices } satisfies Pick<MonitorActivities, "watchServices">;
}

/** Dependencies of a failing service may be the root cause: they are probed at once. */
function lookBelow(watched: ReadonlyMap<string, ServiceMonitor>, round: readonly Finished[]): void {
  for (const { record } of round.filter(({ record: { health } }) => health.failuresInRow === 1)) {
    const below = watched.get(record.name)?.stored.config.dependsOn.map((name) => watched.get(name)) ?? [];
    for (const each of below) if (each !== undefined && !("test" in each.stored.config.probe)) each.dueAt = 0;
  }
}

/** Handles new, removed and redefined services, except those that agents count. */
function reload(watched: Map<string, ServiceMonitor>, stored: readonly WatchedService[]): void {
  const ours = stored.filter(({ config }) => !isWatchedByMachines(config));
  for (const name of watched.keys()) if (!ours.some((service) => service.name === name)) watched.delete(name);
  for (const service of ours) {
    const known = watched.get(service.name);
    if (known === undefined) watched.set(service.name, new ServiceMonitor(service));
    else known.refresh(service);
  }
}
