import type { Program } from "./program.js";
import type { Cell } from "./values.js";

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
  for (const cell of cells)
    cell.each((value) => (value.kind === "text" ? again() : result.add(program.external("text"))));
}
