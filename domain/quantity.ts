import type { Operator } from "./requirement.js";

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

/** Order of two values: as quantities where both are, else as dotted versions with their parts compared as numbers or text. */
export function compareValues(left: string, right: string): number {
  const [leftQuantity, rightQuantity] = [parseQuantity(left), parseQuantity(right)];
  if (leftQuantity !== undefined && rightQuantity !== undefined) return Math.sign(leftQuantity - rightQuantity);
  return Math.sign(left.localeCompare(right, "en", { numeric: true }));
}

export function holds(left: string, operator: Operator, right: string): boolean {
  const order = compareValues(left, right);
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
