import type { GridConfig } from "./grid-file.js";

/** What is different in another edition of grid.yaml, in words; empty if nothing is. */
export function describeChanges(before: GridConfig, after: GridConfig): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof GridConfig)[];
  return keys.flatMap((key) => {
    if (key === "services" || key === "machines") return changedItems(key, before[key], after[key]);
    return JSON.stringify(before[key]) === JSON.stringify(after[key]) ? [] : [`${key} changed`];
  });
}

function changedItems(key: string, before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  const kind = key.slice(0, -1);
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    if (!(name in before)) return [`${kind} ${name} added`];
    if (!(name in after)) return [`${kind} ${name} removed`];
    return JSON.stringify(before[name]) === JSON.stringify(after[name]) ? [] : [`${kind} ${name} changed`];
  });
}
