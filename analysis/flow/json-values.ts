import type { Program } from "./program.js";
import type { Cell, Value } from "./values.js";

const longestJson = 200_000;
const mostValues = 5_000;

/**
 * Adds the text of a JSON file that the code reads by name.
 * @param read returns the text of a file of the source, by the path that the code uses
 */
export function dataText(
  name: Cell | undefined,
  read: (path: string) => string | null | undefined,
  result: Cell,
): void {
  name?.each((each) => {
    const text = each.kind === "text" && each.text.endsWith(".json") ? read(each.text) : null;
    if (typeof text === "string") result.add({ kind: "text", text });
  });
}

/** The value of a JSON text; undefined if the text is not JSON, or too large to follow. */
export function jsonValue(program: Program, text: string): Value | undefined {
  if (text.length > longestJson) return undefined;
  let count = 0;
  const valueOf = (data: unknown): Value => {
    if (++count > mostValues) throw new RangeError("too many values");
    if (typeof data === "string" || typeof data === "number") return { kind: "text", text: String(data) };
    if (typeof data !== "object" || data === null) return program.external("value");
    const made = program.object(Array.isArray(data));
    // The declared type of the data may say more.
    program.typedObjects.add(made);
    for (const [name, each] of Object.entries(data)) made.prop(name).add(valueOf(each));
    return made;
  };
  try {
    return valueOf(JSON.parse(text));
  } catch {
    // The text is not JSON, or too large, or nested too deeply.
    return undefined;
  }
}
