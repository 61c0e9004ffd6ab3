import type { GridConfig } from "./grid-file.js";

/** The differences between two versions of grid.yaml, in words; empty if there are none. */
export function describeChanges(before: GridConfig, after: GridConfig): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort() as (keyof GridConfig)[];
  return keys.flatMap((key) => {
    if (key === "services" || key === "machines") return changedItems(key, before[key], after[key]);
    return isSame(before[key], after[key]) ? [] : [`${key} changed`];
  });
}

function changedItems(key: string, before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  const kind = key.slice(0, -1);
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    if (!(name in before)) return [`${kind} ${name} added`];
    if (!(name in after)) return [`${kind} ${name} removed`];
    return isSame(before[name], after[name]) ? [] : [`${kind} ${name} changed`];
  });
}

/** Whether two values are the same as JSON, whatever the order of their keys. */
function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left, sortKeys) === JSON.stringify(right, sortKeys);
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}
