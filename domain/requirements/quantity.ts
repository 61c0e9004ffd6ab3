import type { Operator } from "./requirement.js";
import { compareVersions, type PackageSystem } from "./version.js";

const sizes: Record<string, number> = {
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
};

/** Bytes of `8GiB`, or the number itself; undefined if the text is neither. */
export function parseQuantity(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]iB|kB|[MGT]B)?$/.exec(text.trim());
  if (match === null) return undefined;
  return Number(match[1]) * (match[2] === undefined ? 1 : (sizes[match[2]] ?? 1));
}

/** The kind of a value: a size with a unit, a plain number, a version of several parts, or a word. */
export type ValueKind = "size" | "number" | "version" | "word";

export function kindOf(text: string): ValueKind {
  const clean = text.trim();
  if (/^\d+(\.\d+)?$/.test(clean)) return "number";
  if (parseQuantity(clean) !== undefined) return "size";
  return /^v?\d+(\.\d+)+([.+~^:-]?\w+)*$/.test(clean) ? "version" : "word";
}

/** Whether values of two kinds can be ordered. A number can be compared with everything except a word. */
export function areComparable(left: ValueKind, right: ValueKind): boolean {
  const isNumber = left === "number" || right === "number";
  return left === right || (isNumber && left !== "word" && right !== "word");
}

/** Compares two values: as sizes or numbers if both are, as versions if one is a version and neither is a word, else as text. */
export function compareValues(left: string, right: string): number {
  const [a, b] = [kindOf(left), kindOf(right)];
  const [leftQuantity, rightQuantity] = [parseQuantity(left), parseQuantity(right)];
  const hasVersion = a === "version" || b === "version";
  if (!hasVersion && leftQuantity !== undefined && rightQuantity !== undefined)
    return Math.sign(leftQuantity - rightQuantity);
  if (a !== "word" && b !== "word") return compareVersions(left.replace(/^v/, ""), right.replace(/^v/, ""), "deb");
  return Math.sign(left.localeCompare(right, "en", { numeric: true }));
}

/** Whether a machine's fact meets a requirement. Values that cannot be compared are never equal, and have no order. */
export function holds(left: string, operator: Operator, right: string): boolean {
  if (operator !== "=" && operator !== "!=" && !areComparable(kindOf(left), kindOf(right))) return false;
  return isMet(compareValues(left, right), operator);
}

/** Whether an installed package meets a requirement, by the rules of its package system. */
export function holdsVersion(installed: string, operator: Operator, wanted: string, system: PackageSystem): boolean {
  return isMet(compareVersions(installed, wanted, system), operator);
}

function isMet(order: number, operator: Operator): boolean {
  switch (operator) {
    case ">=":
      return order >= 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case "<":
      return order < 0;
    case "=":
      return order === 0;
    case "!=":
      return order !== 0;
  }
}
