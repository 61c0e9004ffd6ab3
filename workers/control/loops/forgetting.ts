import type { Database } from "../../../db/connect.js";
import { forgetOldEvents } from "../../../db/events/events.js";
import { compactTallies } from "../../../db/queue/tallies.js";
import type { ControlLoop } from "../control-loop.js";

/** Deletes data that nobody can request any more: old events, keys of requests, and webhook deliveries. Adds up tallies. */
export class Forgetting implements ControlLoop {
  readonly name = "forgetting";
  readonly everyMs = 30_000;
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async run(): Promise<void> {
    await forgetOldEvents(this.#database);
    await compactTallies(this.#database);
  }
}
