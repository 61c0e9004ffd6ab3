import type { GroupPlace } from "./cgroup-places.js";
import { killsInGroups } from "./control-group.js";

/**
 * Counts the processes that were killed on this machine because of memory limits of attempts. Never decreases, although groups
 * come and go.
 */
export class KillCount {
  readonly #places: readonly GroupPlace[];
  #known = new Map<string, number>();
  #former = 0;

  constructor(places: readonly GroupPlace[]) {
    this.#places = places;
  }

  /** Must be called before a group is removed. */
  total(): number {
    const now = killsInGroups(this.#places);
    for (const [name, kills] of this.#known) if (!now.has(name)) this.#former += kills;
    this.#known = now;
    return this.#former + [...now.values()].reduce((sum, kills) => sum + kills, 0);
  }
}
