import type { Queries } from "../../../db/connect.js";
import { outagesWithin } from "../../../db/services/outage-record.js";
import { isOverruledUp, type WatchedService } from "../../../db/services/services.js";
import { isWatchedByMachines } from "../../../domain/config/grid-file.js";
import { describeOverride, isStale, type ProbeResult } from "../../../domain/health/health.js";
import type { Interval } from "../../../domain/time/interval.js";
import type { ServiceProof } from "../../../domain/verdict/environment/service-proof.js";
import { reachOf, type BadInterval, touches } from "../../../domain/verdict/environment/bad-interval.js";
import { probe } from "../../../probes/probe.js";

const probeMs = 2_000;

interface ProofInput {
  /** The names of the services whose health the proof needs; a service that the grid no longer has is unknown. */
  required: readonly string[];
  services: readonly WatchedService[];
  machine: string;
  /** The time of the attempt by the grid's clock, widened by the possible error of the clocks. */
  attempt: Interval;
  /** The times in which nothing watched the services. */
  gaps: readonly BadInterval[];
  /** Whether each service is probed once more, if possible. */
  isProbed: boolean;
}

/** What the control worker knows about every required service. */
export async function gatherProof(queries: Queries, input: ProofInput): Promise<ServiceProof[]> {
  const { required, services, machine, attempt, gaps, isProbed } = input;
  const now = Date.now();
  const outages = await outagesWithin(queries, required, machine, attempt);
  return Promise.all(
    required.map(async (name): Promise<ServiceProof> => {
      const service = services.find((each) => each.name === name);
      if (service === undefined) return missing(name, new Date(now).toISOString());
      const { config, health, lastGoodAt } = service;
      const isTest = "test" in config.probe;
      const from = isWatchedByMachines(config) ? "machine" : isTest ? "control" : config.from;
      return {
        name,
        from,
        lastGoodAt,
        severity: config.severity,
        state: health.state,
        since: health.since,
        excuse: isOverruledUp(service) ? describeOverride(service.override!) : null,
        isStale: from !== "machine" && isStaleService(service, now),
        outages: outages.filter((outage) => outage.service === name),
        failedProbes: from === "control" ? service.failedProbes.filter((each) => touches(reachOf(each), attempt)) : [],
        // A test that watches a service has run again since the attempt, so gaps do not matter.
        gaps: from === "control" && !isTest ? gaps : [],
        probed: isProbed ? await probeAfterwards(service, from) : null,
      };
    }),
  );
}

function missing(name: string, now: string): ServiceProof {
  const nothing = { lastGoodAt: null, outages: [], failedProbes: [], gaps: [], probed: null, excuse: null };
  return { name, from: "control", severity: "down", state: "unknown", since: now, isStale: true, ...nothing };
}

/** See `isStale`. */
export function isStaleService({ config, lastProbeAt }: WatchedService, now: number): boolean {
  return isStale({ ...config, isTest: "test" in config.probe }, lastProbeAt, now);
}

/** One probe by the control worker right after the attempt. A service that is down, or that only machines watch, needs none. */
async function probeAfterwards(service: WatchedService, from: ServiceProof["from"]): Promise<ProbeResult | null> {
  const { config, health } = service;
  const isKnownBad = health.state === "down" || health.state === "unknown";
  if (from === "machine" || "test" in config.probe || isKnownBad || isOverruledUp(service)) return null;
  return probe(config.probe, Math.min(config.timeout, probeMs));
}
