import { Context } from "@temporalio/activity";
import { readServices, recordProbes, type ProbeRecord, type WatchedService } from "../db/services.js";
import { readGridConfig } from "../db/grid.js";
import { countProbe, type FlappingPolicy, isSuspect } from "../domain/health.js";
import { countingPolicy, flappingPolicy } from "./policy.js";
import { probe } from "../probes/probe.js";
import type { MonitorActivities, ServiceChange } from "../workflows/activities.js";
import type { ControlDependencies } from "./dependencies.js";

/** The loop returns by itself after this time, so that no activity lives for ever. */
const shiftMs = 6 * 3_600_000;
/** How often probes that are due are looked for, and heartbeats sent. */
const roundMs = 250;
/** How often the list of services is read anew. */
const reloadMs = 2_000;
/** Near a change of state probes follow each other this fast, if their interval is longer. */
const suspectMs = 1_000;

export function createServiceWatch({ database }: ControlDependencies) {
  /** Probes every service at its own interval and returns as soon as one changes. */
  async function watchServices({
    probeNow,
  }: {
    probeNow: boolean;
  }): Promise<{ changes: Omit<ServiceChange, "outageId">[] }> {
    const context = Context.current();
    const ends = Date.now() + shiftMs;
    const dueAt = new Map<string, number>();
    const busy = new Set<string>();
    const finished: { name: string; record: ProbeRecord; changed: boolean }[] = [];
    const flapping = flappingPolicy(await readGridConfig(database));
    let services = await readServices(database);
    let loadedAt = Date.now();
    if (probeNow) for (const { name } of services) dueAt.set(name, 0);
    while (Date.now() < ends) {
      context.heartbeat();
      if (Date.now() - loadedAt > reloadMs) {
        services = merge(await readServices(database), services, busy);
        loadedAt = Date.now();
      }
      for (const service of services) {
        if (busy.has(service.name) || (dueAt.get(service.name) ?? 0) > Date.now()) continue;
        busy.add(service.name);
        void probeOne(service, flapping).then((result) => {
          finished.push(result);
          busy.delete(service.name);
          dueAt.set(service.name, Date.now() + pause(service));
        });
      }
      const round = finished.splice(0);
      await recordProbes(
        database,
        round.map(({ record }) => record),
      );
      const changes = round
        .filter(({ changed }) => changed)
        .map(({ name, record }) => ({ service: name, health: record.health }));
      if (changes.length > 0) return { changes };
      await Promise.race([new Promise((resolve) => setTimeout(resolve, roundMs)), context.cancelled]);
    }
    return { changes: [] };
  }

  return { watchServices } satisfies Pick<MonitorActivities, "watchServices">;
}

async function probeOne(
  service: WatchedService,
  flapping: FlappingPolicy,
): Promise<{ name: string; record: ProbeRecord; changed: boolean }> {
  const result = await probe(service.config.probe, service.config.timeout);
  const before = service.health.state;
  service.health = countProbe(service.health, result, countingPolicy(service.config, flapping));
  const detail = result.ok ? service.health.detail : result.detail;
  const record = {
    name: service.name,
    health: { ...service.health, detail },
    at: result.at,
    lastGoodAt: result.ok ? result.at : null,
  };
  return { name: service.name, record, changed: service.health.state !== before };
}

function pause({ health, config }: WatchedService): number {
  return isSuspect(health) ? Math.min(suspectMs, config.every) : config.every;
}

/** New definitions and services, with what has been counted here where it is fresher. */
function merge(stored: WatchedService[], known: WatchedService[], busy: ReadonlySet<string>): WatchedService[] {
  return stored.map((service) => {
    const old = known.find(({ name }) => name === service.name);
    if (old === undefined) return service;
    old.config = service.config;
    if (!busy.has(service.name) && service.health.state !== old.health.state) old.health = service.health;
    return old;
  });
}
