import { outline } from "./known-paths.js";
import type { Program } from "./program.js";
import type { Cell, Value } from "./values.js";

const longestText = 1_000;
const mostCombinations = 256;

/** Adds all texts that the parts can form together. If a part can be something other than a text, so can the result. */
export function joinTexts(program: Program, parts: readonly (string | Cell)[], result: Cell): void {
  const again = () => {
    let made = [""];
    for (const part of parts) {
      const next = typeof part === "string" ? [part] : part.texts().texts;
      made = made.flatMap((left) => next.map((right) => left + right)).slice(0, mostCombinations);
    }
    for (const text of made) if (text.length <= longestText) result.add({ kind: "text", text });
  };
  const cells = parts.filter((part) => typeof part !== "string");
  if (cells.length === 0) again();
  const known = parts.map((part) => (typeof part === "string" ? part : hole)).join("");
  const unknown = program.external(/\s/.test(known) && known.length < longestOutline ? `${outline}${known}` : "text");
  for (const cell of cells) cell.each((value) => (value.kind === "text" ? again() : result.add(unknown)));
}

const longestOutline = 150;
/** Marks an unknown part of a text. */
export const hole = "\u0000";

/** A partly known text, with a `hole` for each unknown part; undefined for other values. */
export function outlineOf(value: Value): string | undefined {
  return value.kind === "external" && value.path.startsWith(outline) ? value.path.slice(outline.length) : undefined;
}
