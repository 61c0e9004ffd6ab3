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

/** Whether two values are the same as JSON. The order of keys does not matter. */
function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left, sortKeys) === JSON.stringify(right, sortKeys);
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}

const mostDetails = 200;

/**
 * The same, setting by setting, such as `services.nfs.down: 3 → 5`. Texts are not shown, because a script may contain a
 * secret.
 */
export function detailChanges(before: GridConfig, after: GridConfig): string[] {
  const found = [...detailsOf("", before, after)];
  return found.length <= mostDetails
    ? found
    : [...found.slice(0, mostDetails), `and ${found.length - mostDetails} more`];
}

function* detailsOf(path: string, before: unknown, after: unknown): Generator<string> {
  if (isSame(before, after)) return;
  if (isRecord(before) && isRecord(after)) {
    for (const key of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort())
      yield* detailsOf(path === "" ? key : `${path}.${key}`, before[key], after[key]);
    return;
  }
  if (before === undefined) yield `${path}: added`;
  else if (after === undefined) yield `${path}: removed`;
  else yield isPlain(before) && isPlain(after) ? `${path}: ${before} → ${after}` : `${path}: changed`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isPlain(value: unknown): value is number | boolean {
  return typeof value === "number" || typeof value === "boolean";
}
