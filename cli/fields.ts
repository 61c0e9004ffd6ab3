import { CommandError } from "./exit-codes.js";

/**
 * The named fields of a JSON result: one line for each item, with tabs between the fields. A path such as `links.page` leads
 * into an object. @throws CommandError if no item has a field
 */
export function selectFields(json: string, names: string): string {
  const result: unknown = JSON.parse(json);
  const rows = rowsOf(result);
  const paths = names.split(",").map((name) => name.trim());
  for (const path of paths)
    if (rows.length > 0 && rows.every((row) => valueAt(row, path) === undefined))
      throw new CommandError(`no field ${path}; there are ${fieldsOf(rows).join(", ")}`);
  return rows.map((row) => paths.map((path) => textOf(valueAt(row, path))).join("\t")).join("\n");
}

/** A list, or the only list in an answer such as `{ jobs, next }`; else the result itself. */
function rowsOf(result: unknown): unknown[] {
  if (Array.isArray(result)) return result;
  const entries = Object.entries((result ?? {}) as Record<string, unknown>);
  const lists = entries.filter(([, value]) => Array.isArray(value));
  const others = entries.filter(([name, value]) => !Array.isArray(value) && name !== "next");
  return lists.length === 1 && others.length === 0 ? (lists[0]![1] as unknown[]) : [result];
}

function valueAt(row: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((value, name) => (value as Record<string, unknown> | null)?.[name], row);
}

function fieldsOf(rows: readonly unknown[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row ?? {})))];
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.replaceAll(/[\t\r\n]+/g, " ");
}
