/** A machine with the host that it stands on; both names can be avoided. */
export interface Place {
  name: string;
  host: string;
}

/** The places to choose from, less those avoided. `avoid` is ordered: what stands last gives way first where nothing would be left. */
export function preferNot<T extends Place>(places: readonly T[], avoid: readonly string[]): T[] {
  for (let count = avoid.length; count > 0; count--) {
    const avoided = new Set(avoid.slice(0, count));
    const others = places.filter((place) => !avoided.has(place.name) && !avoided.has(place.host));
    if (others.length > 0) return others;
  }
  return [...places];
}

/** How long a proof waits for the place at which it says most, before it is made at another. */
export const patienceMs = 10 * 60_000;

/** Where a run is to be made. */
export interface PlaceWish {
  /** Names of machines and hosts, see `preferNot`. */
  avoid: readonly string[];
  /** Names of machines that are preferred where they are available. */
  prefer: readonly string[];
  /** Whether it waits for the best of all places while that is not fit. */
  waits: boolean;
}

/** The places at which a run may be made now, of those that are fit (`eligible`) and those that would be (`allowed`). */
export function placesFor(
  { avoid, prefer, waits }: PlaceWish,
  { eligible, allowed }: { eligible: readonly Place[]; allowed: readonly Place[] },
): Place[] {
  const preferred = (places: readonly Place[]) => places.filter(({ name }) => prefer.includes(name));
  const [now, ever] = [preferred(eligible), preferred(allowed)];
  if (now.length > 0) return now;
  if (!waits) return [...eligible];
  const best = new Set((ever.length > 0 ? ever : preferNot(allowed, avoid)).map(({ name }) => name));
  return eligible.filter(({ name }) => best.has(name));
}
