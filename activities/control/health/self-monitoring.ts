import { recordAudit } from "../../../db/access/audit.js";
import type { Queries } from "../../../db/connect.js";
import { readGridConfig } from "../../../db/grid/grid-config.js";
import { forgetAbsences, noteAbsences, noteReturns } from "../../../db/machines/machine-return.js";
import { endPlannedAbsences, insertPastOutage, openStillDown } from "../../../db/services/outage-record.js";
import { watchParts } from "../../../db/services/parts-watch.js";
import { type ProbeRecord, readServices, recordProbes, upsertOwnService } from "../../../db/services/services.js";
import type { GridConfig } from "../../../domain/config/grid-file.js";
import { countProbe, hasFlapped, type ServiceHealth, unknownHealth } from "../../../domain/health/health.js";
import type { ServiceState } from "../../../domain/states.js";
import type { ControlDependencies } from "../dependencies.js";
import { countingPolicy } from "../../../domain/config/counting.js";
import { type SelfProbe, type SelfProbes, probePart } from "./self-probes.js";
import { selfProbeEveryMs, selfServiceDefinition, selfServices } from "./self-services.js";
import { recordChange } from "./service-changes.js";
import { within } from "../../../source/within.js";

/** How long agents have to report, after a time in which nothing could be written, before they count as away. */
const settleMs = 30_000;
/** A watch that pauses for longer was itself not running. */
const longestPauseMs = 20_000;
/** A hanging database must not stop the probes. */
const writeLimitMs = 5_000;

/** The outages of a part while nothing could be written. */
interface Missed {
  service: string;
  from: string;
  until: string;
  detail: string;
}

interface Part {
  probe: SelfProbe;
  health: ServiceHealth;
  recorded: ServiceState;
}

/**
 * Watches the parts of the grid itself, and remembers their outages while the database is unreachable. If several control
 * workers do so, one of them writes what it sees, and the others use its record.
 */
export class SelfMonitoring {
  readonly name = "self-monitoring";
  readonly everyMs = selfProbeEveryMs;
  readonly #database: ControlDependencies["database"];
  readonly #newId: () => string;
  readonly #watcher: string;
  readonly #parts = new Map<string, Part>();
  #missed: Missed[] = [];
  #writing: Promise<void> | undefined;
  #passedAt = 0;
  /** The time since which runs have followed each other without a pause. */
  #steadySince = 0;
  #isKnown = false;

  constructor({ database, newId }: Pick<ControlDependencies, "database" | "newId">, probes: SelfProbes) {
    this.#database = database;
    this.#newId = newId;
    this.#watcher = newId();
    const health = unknownHealth(new Date().toISOString());
    for (const part of ["temporal", "database", "relay", "disk"] as const) {
      const probe = probes[part];
      if (probe !== undefined) this.#parts.set(selfServices[part], { probe, health, recorded: "unknown" });
    }
  }

  /** Probes every part once and writes what can be written. @throws the error of a database that is unreachable */
  async run(): Promise<void> {
    if (Date.now() - this.#passedAt > longestPauseMs) this.#steadySince = Date.now();
    this.#passedAt = 0;
    const records = await Promise.all([...this.#parts].map(([name, part]) => this.#probe(name, part)));
    this.#writing ??= this.#write(records).finally(() => (this.#writing = undefined));
    await within(writeLimitMs, `the database did not answer within ${writeLimitMs} ms`, this.#writing);
    this.#passedAt = Date.now();
  }

  async #probe(name: string, part: Part): Promise<ProbeRecord> {
    const result = await probePart(part.probe);
    const before = part.health;
    // A probe that was late because of this process says nothing about the part.
    if (result.isLate !== true)
      part.health = countProbe(before, result, countingPolicy(selfServiceDefinition(part.probe.shown), neverFlapping));
    if (before.state === "down" && part.health.state === "up" && part.recorded !== "down")
      this.#missed.push({ service: name, from: before.since, until: part.health.since, detail: before.detail });
    const detail = result.ok || result.isLate === true ? part.health.detail : result.detail;
    return {
      name,
      health: { ...part.health, detail },
      at: result.at,
      lastGoodAt: result.ok ? result.at : null,
      hasFlapped: hasFlapped(before, part.health),
      countedFrom: part.recorded,
    };
  }

  async #write(records: readonly ProbeRecord[]): Promise<void> {
    await this.#introduce();
    const config = await readGridConfig(this.#database);
    const missed = [...this.#missed];
    const { isOurs, services } = await this.#database.transaction().execute(async (transaction) => {
      const isOurs = await watchParts(transaction, this.#watcher);
      for (const each of missed) await this.#recordMissed(transaction, each);
      if (isOurs) await this.#recordPass(transaction, config, records);
      return { isOurs, services: await readServices(transaction, "own") };
    });
    this.#missed = this.#missed.filter((each) => !missed.includes(each));
    for (const { name, health } of services) {
      const part = this.#parts.get(name);
      if (part === undefined) continue;
      if (!isOurs || part.health.state === "unknown") part.health = health;
      part.recorded = health.state;
    }
  }

  async #recordPass(transaction: Queries, config: GridConfig, records: readonly ProbeRecord[]): Promise<void> {
    await recordProbes(transaction, records);
    for (const [service, { health }] of this.#parts) {
      // The record may come from a worker that is gone; a worker that knows nothing yet keeps it.
      if (health.state === "unknown") continue;
      await recordChange(transaction, config, { service, machine: null, outageId: this.#newId(), health });
    }
    // An outage that began just as a maintenance window ended may still count as planned.
    await endPlannedAbsences(transaction, new Date().toISOString());
    await openStillDown(transaction);
    await noteReturns(transaction);
    if (Date.now() - this.#steadySince > settleMs) await noteAbsences(transaction);
  }

  /** Adds the parts to the services. */
  async #introduce(): Promise<void> {
    if (this.#isKnown) return;
    const probed = [...this.#parts].map(([name, { probe }]) => [name, selfServiceDefinition(probe.shown)] as const);
    // Nothing probes the watch itself: its heartbeat is its record.
    const known = [...probed, [selfServices.control, selfServiceDefinition({ tcp: "localhost:0" })] as const];
    for (const [name, definition] of known) await upsertOwnService(this.#database, name, definition);
    this.#isKnown = true;
  }

  async #recordMissed(queries: Queries, { service, from, until, detail }: Missed): Promise<void> {
    const outage = {
      outageId: this.#newId(),
      service,
      machine: null,
      kind: "unplanned",
      severity: "down",
      startedAt: from,
      detail,
      cause: null,
    } as const;
    if (!(await insertPastOutage(queries, outage, until, "told at its end"))) return;
    await recordAudit(queries, "monitor", "was down", `service:${service}`, `${detail}, until ${until}`);
    if (service === selfServices.database) await forgetAbsences(queries);
  }
}

/** The grid's own parts count as up as soon as they answer, even if they flap. */
const neverFlapping = { count: Number.MAX_SAFE_INTEGER, withinMs: 1, settleMs: 1, settleMaxMs: 1 };
