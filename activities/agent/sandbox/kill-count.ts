import type { GroupPlace } from "./cgroup-places.js";
import { killsInGroups } from "./control-group.js";

/** Counts the processes that memory limits of attempts have killed on this machine. It never falls, though groups come and go. */
export class KillCount {
  readonly #places: readonly GroupPlace[];
  #known = new Map<string, number>();
  #former = 0;

  constructor(places: readonly GroupPlace[]) {
    this.#places = places;
  }

  /** To be asked before a group is removed. */
  total(): number {
    const now = killsInGroups(this.#places);
    for (const [name, kills] of this.#known) if (!now.has(name)) this.#former += kills;
    this.#known = now;
    return this.#former + [...now.values()].reduce((sum, kills) => sum + kills, 0);
  }
}
