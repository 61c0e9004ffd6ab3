/** A machine and its host. Both names can be avoided. */
export interface Place {
  name: string;
  host: string;
}

/**
 * The places that are not to be avoided. `avoid` is ordered by importance: if no place would be left, its last names are
 * dropped first.
 */
export function preferNot<T extends Place>(places: readonly T[], avoid: readonly string[]): T[] {
  for (let count = avoid.length; count > 0; count--) {
    const avoided = new Set(avoid.slice(0, count));
    const others = places.filter((place) => !avoided.has(place.name) && !avoided.has(place.host));
    if (others.length > 0) return others;
  }
  return [...places];
}

/** How long a proof waits for the most conclusive place before it uses another one. */
export const patienceMs = 10 * 60_000;

/** Where a run should take place. */
export interface PlacementPreference {
  /** Names of machines and hosts, see `preferNot`. */
  avoid: readonly string[];
  /** Names of machines that are preferred where they are available. */
  prefer: readonly string[];
  /** Whether it waits for the best of all places while that one is not available. */
  waits: boolean;
}

/** The places at which a run may take place now. `eligible` are available now; `allowed` also has those that are not. */
export function placesFor(
  { avoid, prefer, waits }: PlacementPreference,
  { eligible, allowed }: { eligible: readonly Place[]; allowed: readonly Place[] },
): Place[] {
  const preferred = (places: readonly Place[]) => places.filter(({ name }) => prefer.includes(name));
  const [now, ever] = [preferred(eligible), preferred(allowed)];
  if (now.length > 0) return now;
  if (!waits) return [...eligible];
  const best = new Set((ever.length > 0 ? ever : preferNot(allowed, avoid)).map(({ name }) => name));
  return eligible.filter(({ name }) => best.has(name));
}
