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
