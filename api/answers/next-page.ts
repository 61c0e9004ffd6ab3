/** The key of the next page of a list; null on the last one. */
export function nextKey<T, K>(rows: readonly T[], limit: number, keyOf: (row: T) => K): K | null {
  const last = rows.at(-1);
  return rows.length < limit || last === undefined ? null : keyOf(last);
}
