import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Database } from "../../db/connect.js";
import {
  currentPlace,
  type GridEvent,
  isPlaceAhead,
  isPlaceLost,
  type Place,
  readEvents,
} from "../../db/events/events.js";

const pollMs = 300;
const batch = 1_000;
const followersAtOnce = 50;
const nextTurn = promisify(setImmediate);
/** The feed stops polling after this many polls without a follower. */
const idlePolls = 100;

/** A receiver of events. */
export interface Follower {
  wants(event: GridEvent): boolean;
  send(events: readonly GridEvent[]): void;
  /** Says that events may have been missed, so everything must be read again. */
  reset(place: Place): void;
}

/** New events wait in the backlog until the follower has received the older ones. */
interface Entry {
  follower: Follower;
  backlog: GridEvent[] | null;
  /** The place of the last event that the follower has received. */
  last: Place | undefined;
}

/** Sends every event to all followers, in order and once. It polls the database while there are followers. */
export class EventFeed {
  readonly #database: Database;
  readonly #log: (error: unknown) => void;
  readonly #entries = new Set<Entry>();
  #begun: Promise<Place> | undefined;

  constructor(database: Database, log: (error: unknown) => void) {
    this.#database = database;
    this.#log = log;
  }

  /**
   * Follows the events after a place, or from now on. Returns a function that ends it.
   * @param from the place of the last event that the follower has received
   */
  async follow(follower: Follower, from: Place | undefined): Promise<() => void> {
    const entry: Entry = { follower, backlog: [], last: from };
    this.#entries.add(entry);
    const end = () => void this.#entries.delete(entry);
    try {
      this.#begun ??= this.#begin();
      const place = await this.#begun;
      const last = from === undefined ? place : await this.#catchUp(follower, from, place);
      entry.last = last;
      follower.send((entry.backlog ?? []).filter((event) => isBefore(last, event.place)));
      entry.backlog = null;
    } catch (error) {
      end();
      throw error;
    }
    return end;
  }

  /** Sends the stored events after a place. Returns the place of the last event that was read. */
  async #catchUp(follower: Follower, from: Place, now: Place): Promise<Place> {
    if (await isPlaceLost(this.#database, from)) {
      follower.reset(now);
      return now;
    }
    for (let place = from; ;) {
      const events = await readEvents(this.#database, place, batch);
      follower.send(events.filter((event) => follower.wants(event)));
      place = events.at(-1)?.place ?? place;
      if (events.length < batch) return place;
    }
  }

  async #begin(): Promise<Place> {
    try {
      const place = await currentPlace(this.#database);
      void this.#run(place);
      return place;
    } catch (error) {
      this.#begun = undefined;
      throw error;
    }
  }

  async #run(from: Place): Promise<void> {
    let [place, isFull] = [from, false];
    for (let idle = 0; idle < idlePolls;) {
      if (!isFull) await sleep(pollMs);
      try {
        const events = await readEvents(this.#database, place, batch);
        if (events.length === 0 && (await isPlaceAhead(this.#database, place))) {
          place = await currentPlace(this.#database);
          for (const { follower } of this.#entries) follower.reset(place);
        }
        isFull = events.length === batch;
        place = events.at(-1)?.place ?? place;
        // A client that follows from now on begins after these events.
        this.#begun = Promise.resolve(place);
        if (events.length > 0) await sendToAll([...this.#entries], events);
      } catch (error) {
        isFull = false;
        this.#log(error);
      }
      idle = this.#entries.size === 0 ? idle + 1 : 0;
    }
    this.#begun = undefined;
  }
}

/** Sending to a thousand followers takes a while, so other requests are handled in between. */
async function sendToAll(entries: readonly Entry[], events: readonly GridEvent[]): Promise<void> {
  for (const [index, entry] of entries.entries()) {
    if (index % followersAtOnce === 0) await nextTurn();
    const { follower, backlog, last } = entry;
    const wanted = events.filter((event) => follower.wants(event));
    if (backlog !== null) backlog.push(...wanted);
    else follower.send(last === undefined ? wanted : wanted.filter((event) => isBefore(last, event.place)));
    // Only events that came while the follower caught up can come twice.
    if (backlog === null) entry.last = undefined;
  }
}

function isBefore(one: Place, other: Place): boolean {
  const [oneTx, otherTx] = [BigInt(one.tx), BigInt(other.tx)];
  return oneTx < otherTx || (oneTx === otherTx && BigInt(one.eventId) < BigInt(other.eventId));
}
