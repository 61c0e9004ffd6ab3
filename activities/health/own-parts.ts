import { recordAudit } from "../../db/audit.js";
import { readGridConfig } from "../../db/grid.js";
import { noteAbsences, noteReturns } from "../../db/machine-return.js";
import { insertPastOutage } from "../../db/outage-record.js";
import { type ProbeRecord, readServices, recordProbes, upsertOwnService } from "../../db/services.js";
import { countProbe, hasFlapped, type ServiceHealth, unknownHealth } from "../../domain/health.js";
import type { ServiceState } from "../../domain/words.js";
import { probe } from "../../probes/probe.js";
import type { ControlDependencies } from "../dependencies.js";
import { countingPolicy } from "../../domain/files/counting.js";
import { ownDefinition, ownServices } from "./own-services.js";
import { recordChange } from "./service-changes.js";

/** Where the parts of the grid answer, as `<host>:<port>`; null for one that has no such address. */
export interface OwnAddresses {
  temporal: string | null;
  database: string | null;
  relay: string | null;
}

/** After its own start a control worker gives agents this time to report before it calls them away. */
const settleMs = 30_000;

/** What a part went through while nothing could be written down. */
interface Missed {
  service: string;
  from: string;
  until: string;
  detail: string;
}

/** Watches the parts of the grid itself, and remembers what it saw while the database was away. */
export class OwnParts {
  readonly #database: ControlDependencies["database"];
  readonly #newId: () => string;
  readonly #parts: Map<string, { address: string; health: ServiceHealth; recorded: ServiceState }>;
  readonly #missed: Missed[] = [];
  readonly #startedAt = Date.now();
  #isKnown = false;

  constructor({ database, newId }: Pick<ControlDependencies, "database" | "newId">, addresses: OwnAddresses) {
    this.#database = database;
    this.#newId = newId;
    const now = new Date().toISOString();
    this.#parts = new Map();
    for (const part of ["temporal", "database", "relay"] as const) {
      const address = addresses[part];
      if (address !== null)
        this.#parts.set(ownServices[part], { address, health: unknownHealth(now), recorded: "unknown" });
    }
  }

  /** Probes every part once and writes down what can be written. @throws the error of a database that is away */
  async pass(): Promise<void> {
    const records = await Promise.all([...this.#parts.keys()].map((name) => this.#probe(name)));
    await this.#introduce();
    const config = await readGridConfig(this.#database);
    await recordProbes(this.#database, records);
    while (this.#missed.length > 0) {
      await this.#recordMissed(this.#missed[0]!);
      this.#missed.shift();
    }
    // Another control worker may have recorded something else, and be gone.
    for (const { name, health } of await readServices(this.#database, "own")) {
      const part = this.#parts.get(name);
      if (part !== undefined) part.recorded = health.state;
    }
    for (const [service, part] of this.#parts) {
      if (part.recorded === part.health.state) continue;
      const change = { service, machine: null, outageId: this.#newId(), health: part.health };
      await this.#database.transaction().execute((transaction) => recordChange(transaction, config, change));
      part.recorded = part.health.state;
    }
    await noteReturns(this.#database);
    if (Date.now() - this.#startedAt > settleMs) await noteAbsences(this.#database);
  }

  async #probe(name: string): Promise<ProbeRecord> {
    const part = this.#parts.get(name)!;
    const definition = ownDefinition(part.address);
    const result = await probe(definition.probe, definition.timeout);
    const before = part.health;
    const policy = countingPolicy(definition, neverFlapping);
    part.health = countProbe(before, result, policy);
    if (before.state === "down" && part.health.state === "up" && part.recorded !== "down")
      this.#missed.push({ service: name, from: before.since, until: part.health.since, detail: before.detail });
    const detail = result.ok ? part.health.detail : result.detail;
    return {
      name,
      health: { ...part.health, detail },
      at: result.at,
      lastGoodAt: result.ok ? result.at : null,
      hasFlapped: hasFlapped(before, part.health),
      countedFrom: part.recorded,
    };
  }

  /** Makes the parts known. */
  async #introduce(): Promise<void> {
    if (this.#isKnown) return;
    const probed = [...this.#parts].map(([name, { address }]) => [name, ownDefinition(address)] as const);
    // Nobody probes the watch itself: its heartbeat is its record.
    const known = [...probed, [ownServices.control, ownDefinition("localhost:0")] as const];
    for (const [name, definition] of known) await upsertOwnService(this.#database, name, definition);
    this.#isKnown = true;
  }

  async #recordMissed({ service, from, until, detail }: Missed): Promise<void> {
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
    if (await insertPastOutage(this.#database, outage, until))
      await recordAudit(this.#database, "monitor", "was down", `service:${service}`, `${detail}, until ${until}`);
  }
}

/** Whatever the grid's own parts do, they are up as soon as they answer. */
const neverFlapping = { count: Number.MAX_SAFE_INTEGER, withinMs: 1, settleMs: 1, settleMaxMs: 1 };
