import type { Database } from "../db/connect.js";
import { countAttemptsByService } from "../db/services/watch-pace.js";
import type { GridConfig } from "../domain/config/grid-file.js";
import { paceMs } from "../domain/health/watch-pace.js";

/** Every agent asks every few seconds. All requests within this time share one count. */
const freshMs = 2_000;

/** Divides the rate limit of each service among the agents that watch it. */
export class WatchPace {
  readonly #database: Database;
  #counted: { at: number; counts: Promise<Record<string, number>> } | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The interval at which each agent may probe a service now, in ms. @param counts attempts that watch each service */
  static share(config: GridConfig, service: string, counts: Readonly<Record<string, number>>): number {
    const definition = config.services[service];
    // If each machine has its own service, no other agent probes it.
    if (definition?.scope === "machine") return paceMs(1, definition.rate);
    return paceMs(counts[service] ?? 1, definition?.rate);
  }

  /** The interval for each service that is watched now. */
  async all(config: GridConfig): Promise<Record<string, number>> {
    const counts = await this.#recent();
    return Object.fromEntries(
      Object.keys(counts)
        .filter((service) => config.services[service] !== undefined)
        .map((service) => [service, WatchPace.share(config, service, counts)]),
    );
  }

  #recent(): Promise<Record<string, number>> {
    const now = performance.now();
    if (this.#counted === undefined || now - this.#counted.at > freshMs) {
      const counts = countAttemptsByService(this.#database);
      this.#counted = { at: now, counts };
      counts.catch(() => (this.#counted = undefined));
    }
    return this.#counted.counts;
  }
}
