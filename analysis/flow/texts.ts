import { outline } from "./known-paths.js";
import type { Program } from "./program.js";
import type { Cell, Value } from "./values.js";

const longestText = 1_000;
const mostCombinations = 256;

/** All texts that parts make together. If a part can be something else than a text, the result can be too. */
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
/** The part of a text that is not known. */
export const hole = "\u0000";

/** A text of which only parts are known, with holes; undefined for other values. */
export function outlineOf(value: Value): string | undefined {
  return value.kind === "external" && value.path.startsWith(outline) ? value.path.slice(outline.length) : undefined;
}
