import { readFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import type { Watched } from "../../../domain/verdict/attempt.js";
import { loadCheck } from "../../../domain/verdict/checks.js";
import { longestGapMs } from "../../../domain/verdict/environment/cleanliness.js";
import { probeEveryMs } from "../../../domain/health/watch-pace.js";
import { HealthTimeline } from "./health-timeline.js";

/** With less free memory than this, nothing works. */
const enoughMib = 32;
/** A clock that is slewed changes by only 0.5 ms in a second. A change of more than this limit is a jump. */
const jumpMs = 500;

/**
 * Looks once a second at this machine's memory and load, at its clock, and at the agent itself: a time in which the agent
 * stood still proves nothing.
 * @param memoryLimitKills returns how many processes on this machine were ever OOM-killed because of an attempt's own memory
 *   limit: the tests caused these kills, not the machine. It must never decrease.
 */
export class MachineWatch {
  readonly #memoryLimitKills: () => number;
  readonly #agent: HealthTimeline;
  readonly #clock: HealthTimeline;
  readonly #memory: HealthTimeline;
  readonly #load: HealthTimeline;
  readonly #timer: NodeJS.Timeout;
  #lookedAt = performance.now();
  #wallAt = Date.now();
  #kills: number;
  #leastMib = Number.POSITIVE_INFINITY;
  #highestLoad = 0;

  constructor(memoryLimitKills: () => number) {
    this.#memoryLimitKills = memoryLimitKills;
    const now = this.#wallAt;
    this.#agent = new HealthTimeline("agent", now);
    this.#clock = new HealthTimeline("clock", now);
    this.#memory = new HealthTimeline("memory", now);
    this.#load = new HealthTimeline(loadCheck, now);
    this.#kills = this.#killsOutside();
    this.#look();
    this.#timer = setInterval(() => this.#look(), probeEveryMs);
  }

  finish(): Watched[] {
    this.stop();
    this.#look();
    return [this.#agent, this.#clock, this.#memory, this.#load].map((ledger) => ledger.close(this.#wallAt));
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const [now, wall] = readClocks();
    const [gapMs, wallGapMs] = [now - this.#lookedAt, wall - this.#wallAt];
    if (gapMs > longestGapMs) this.#agent.wasBad(this.#wallAt, wall, `stood still for ${seconds(gapMs)}`);
    this.#agent.good(wall, wall);
    if (Math.abs(wallGapMs - gapMs) > jumpMs)
      this.#clock.wasBad(
        Math.min(this.#wallAt, wall),
        Math.max(this.#wallAt, wall),
        `jumped by ${seconds(wallGapMs - gapMs)}`,
      );
    this.#clock.good(wall, wall);
    this.#lookAtMemory(wall);
    this.#highestLoad = Math.max(this.#highestLoad, loadavg()[0] ?? 0);
    this.#load.detail = `at most ${this.#highestLoad.toFixed(1)} on ${availableParallelism()} processors`;
    this.#load.good(wall, wall);
    [this.#lookedAt, this.#wallAt] = [now, wall];
  }

  #lookAtMemory(wall: number): void {
    const kills = this.#killsOutside();
    if (kills > this.#kills) {
      const many = kills - this.#kills;
      this.#memory.wasBad(this.#wallAt, wall, `${many} processes OOM-killed`);
      this.#kills = kills;
    }
    const mib = availableMib();
    this.#leastMib = Math.min(this.#leastMib, mib);
    if (mib < enoughMib) this.#memory.bad(wall, `only ${mib} MiB free`);
    else this.#memory.good(wall, wall);
    if (Number.isFinite(this.#leastMib)) this.#memory.detail = `no OOM kill, never below ${this.#leastMib} MiB free`;
  }

  /** The machine's count is read first, so that a kill between the two readings is only noticed later, but never invented. */
  #killsOutside(): number {
    const all = numberIn("/proc/vmstat", /^oom_kill (\d+)$/m) ?? 0;
    return all - this.#memoryLimitKills();
  }
}

/** Reads both clocks at one moment: of three readings, it takes the one that was interrupted least. */
function readClocks(): [monotonic: number, wall: number] {
  const readings = [0, 1, 2].map(() => {
    const [before, wall, after] = [performance.now(), Date.now(), performance.now()];
    return { tookMs: after - before, now: after, wall };
  });
  const [best] = readings.sort((left, right) => left.tookMs - right.tookMs);
  return [best!.now, best!.wall];
}

function availableMib(): number {
  const kib = numberIn("/proc/meminfo", /^MemAvailable:\s+(\d+) kB$/m);
  return kib === undefined ? Number.POSITIVE_INFINITY : Math.floor(kib / 1_024);
}

/** Undefined if the kernel reports no such number. */
function numberIn(file: string, pattern: RegExp): number | undefined {
  try {
    const found = pattern.exec(readFileSync(file, "utf8"))?.[1];
    return found === undefined ? undefined : Number(found);
  } catch {
    return undefined;
  }
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
