import type { Program } from "./program.js";
import type { Value } from "./values.js";

const longestJson = 200_000;
const mostValues = 5_000;

/** What a JSON text stands for; undefined if it is none, or too large to be followed. */
export function jsonValue(program: Program, text: string): Value | undefined {
  if (text.length > longestJson) return undefined;
  let count = 0;
  const valueOf = (data: unknown): Value => {
    if (++count > mostValues) throw new RangeError("too many values");
    if (typeof data === "string" || typeof data === "number") return { kind: "text", text: String(data) };
    if (typeof data !== "object" || data === null) return program.external("value");
    const made = program.object(Array.isArray(data));
    // Its type may say more.
    program.typedObjects.add(made);
    for (const [name, each] of Object.entries(data)) made.prop(name).add(valueOf(each));
    return made;
  };
  try {
    return valueOf(JSON.parse(text));
  } catch {
    // No JSON, or nested too deeply.
    return undefined;
  }
}
