import { longestMessage } from "../../../domain/results/subtest.js";
/** The keys under which TAP producers say what went wrong, the best one first. */
const messageKeys = ["message", "error", "reason", "stderr", "stack"] as const;

/** Converts a test point's YAML diagnostic to text for people; empty if it says nothing. */
export function diagnosticText(diagnostic: unknown): string {
  if (typeof diagnostic === "string") return diagnostic.slice(0, longestMessage);
  if (typeof diagnostic !== "object" || diagnostic === null) return "";
  const known = diagnostic as Record<string, unknown>;
  const message = messageKeys.map((key) => textOf(known[key])).find((text) => text !== "");
  const compared = [
    ["expected", known["expected"] ?? known["wanted"]],
    ["actual", known["actual"] ?? known["found"]],
  ]
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${String(name)}: ${textOf(value)}`);
  const lines = [message, ...compared].filter((text) => text !== undefined);
  return (lines.length > 0 ? lines.join("\n") : textOf(known)).slice(0, longestMessage);
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value.trim();
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (value instanceof Error) return value.message;
  try {
    const text = JSON.stringify(value) as string | undefined;
    return text === undefined || text === "{}" ? "" : text;
  } catch {
    // YAML can express what JSON cannot: cycles and 64-bit numbers.
    return "";
  }
}
