import type { ProbeRecord, WatchedService } from "../../../db/services/services.js";
import {
  countProbe,
  type CountingPolicy,
  type HealthMark,
  hasFlapped,
  isSuspect,
  type ProbeResult,
  underOverride,
  unknownHealth,
} from "../../../domain/health/health.js";

/** The interval of probes near a change of state, if the normal one is longer. */
const suspectMs = 1_000;

/** A service with its counted probes. They are newer here than in the database. */
export class ServiceMonitor {
  stored: WatchedService;
  /** A probe is running, or its test is being started. */
  isBusy = false;
  /** ms since the epoch. */
  dueAt: number;

  constructor(stored: WatchedService) {
    this.stored = stored;
    this.dueAt = stored.lastProbeAt === null ? 0 : Date.parse(stored.lastProbeAt) + this.pauseMs();
  }

  get name(): string {
    return this.stored.name;
  }

  /** Whether a probe may begin now. The run of a watching test counts as a probe until any watch has taken its result. */
  isDue(): boolean {
    return !this.isBusy && this.stored.probeJob === null && this.dueAt <= Date.now();
  }

  /** Takes over changes from the database: the definition, an override, or a state set by another process. */
  refresh(fresh: WatchedService): void {
    const { health } = this.stored;
    const isChanged = fresh.health.state !== health.state || fresh.health.since !== health.since;
    // Another watch has taken the result of its test.
    if (this.stored.probeJob !== null && fresh.probeJob === null) this.dueAt = Date.now() + this.pauseMs();
    this.stored = { ...fresh, health: isChanged ? fresh.health : health };
    const isWanted = fresh.probeWantedAt !== null && fresh.probeWantedAt > (fresh.lastProbeAt ?? "");
    if (isWanted && !this.isBusy) this.dueAt = 0;
  }

  /** Counts a probe. @returns what to record, and the previous state if the state has changed */
  count(result: ProbeResult, policy: CountingPolicy): { record: ProbeRecord; from: HealthMark; isChanged: boolean } {
    const before = this.stored.health;
    const counted = countProbe(before, result, policy);
    // Overruled probes are counted but decide nothing: their failures open no new outages.
    const { state, since, downs, settleMs } = this.stored.override === null ? counted : before;
    const detail = this.stored.override !== null ? before.detail : result.ok ? counted.detail : result.detail;
    this.stored.health = { ...counted, state, since, downs, settleMs };
    this.dueAt = Date.now() + this.pauseMs();
    const record = {
      name: this.name,
      health: { ...this.stored.health, detail },
      at: result.at,
      lastGoodAt: result.ok ? result.at : null,
      hasFlapped: hasFlapped(before, this.stored.health),
      countedFrom: before.state,
    };
    return { record, from: { state: before.state, since: before.since }, isChanged: state !== before.state };
  }

  /** Applies an override, and removes it when its time is over. @returns whether the state has changed */
  overrule(now: string): "unchanged" | "begun" | "over" {
    const { override, health } = this.stored;
    if (override === null) return "unchanged";
    if (override.until <= now) {
      const { downs } = health;
      const forgotten = { ...unknownHealth(override.until), downs, detail: "its probe is no longer overruled" };
      this.stored = { ...this.stored, override: null, health: forgotten };
      this.dueAt = 0;
      return "over";
    }
    if (health.state === override.state) return "unchanged";
    this.stored.health = underOverride(health, override);
    return "begun";
  }

  private pauseMs(): number {
    const { health, config } = this.stored;
    return isSuspect(health) && !("test" in config.probe) ? Math.min(suspectMs, config.every) : config.every;
  }
}
