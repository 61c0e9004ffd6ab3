import { outline } from "./known-paths.js";
import type { Program } from "./program.js";
import type { Cell, Value } from "./values.js";

const longestText = 1_000;
const mostCombinations = 256;

/**
 * Adds all texts that the parts can form together. If a part can be something other than a text, so can the result. A text that
 * is added to itself, as in a loop, would grow forever: it is not known.
 */
export function joinTexts(program: Program, parts: readonly (string | Cell)[], result: Cell): void {
  const formed = new Set<string>();
  const cells = parts.filter((part) => typeof part !== "string");
  const given = new Map(cells.map((cell) => [cell, new Set<string>()]));
  /** Whether a part has got a text that was formed here before. */
  const isFedBack = () =>
    [...given].some(([cell, known]) => cell.texts().texts.some((text) => !known.has(text) && formed.has(text)));
  const again = () => {
    if (isFedBack()) return result.add(unknown);
    for (const [cell, known] of given) for (const text of cell.texts().texts) known.add(text);
    let made = [""];
    for (const part of parts) {
      const next = typeof part === "string" ? [part] : part.texts().texts;
      made = made.flatMap((left) => next.map((right) => left + right)).slice(0, mostCombinations);
    }
    for (const text of made) {
      formed.add(text);
      if (text.length <= longestText) result.add({ kind: "text", text });
    }
    return true;
  };
  const unknown = program.external("text");
  /** Adds what is known of the text: `curl \0`, `http://web.lab/\0`. */
  const addOutlines = () => {
    let made = [""];
    for (const part of parts) {
      const next = typeof part === "string" ? [part] : outlinesOf(part);
      made = made.flatMap((left) => next.map((right) => left + right)).slice(0, mostOutlines);
    }
    for (const text of made)
      if (text.includes(hole)) result.add(isTelling(text) ? program.external(`${outline}${text}`) : unknown);
  };
  if (cells.length === 0) again();
  let isOpen = false;
  for (const cell of cells)
    cell.each((value) => {
      if (value.kind === "text") again();
      else isOpen = true;
      if (isOpen) addOutlines();
    });
}

const mostOutlines = 8;

/** The texts of a part, and a hole if it can also be something else. */
function outlinesOf(part: Cell): string[] {
  const { texts, isOpen } = part.texts();
  return [...texts.slice(0, 3), ...(isOpen || texts.length === 0 ? [hole] : [])];
}

/** Whether a partly known text can be a command line, an address or a path. */
function isTelling(text: string): boolean {
  return (/\s|:\/\//.test(text) || text.startsWith("/")) && text.length < longestOutline;
}

const longestOutline = 150;
/** Marks an unknown part of a text. */
export const hole = "\u0000";

/** A partly known text, with a `hole` for each unknown part; undefined for other values. */
export function outlineOf(value: Value): string | undefined {
  return value.kind === "external" && value.path.startsWith(outline) ? value.path.slice(outline.length) : undefined;
}
