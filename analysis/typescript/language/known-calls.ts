import type { Site } from "../../flow/declaration.js";
import { type Cell, FunctionValue } from "../../flow/values.js";

/** Calls of the language, and of Node, that give back what they are given. @returns whether it is one of them */
export function knownCall(path: string, args: readonly Cell[], result: Cell, at: Site): boolean {
  const [first, second] = args;
  switch (path.replace(/^node:/, "").replace(".default.", ".")) {
    case "Symbol":
      // Each one is a name of its own.
      result.add({ kind: "text", text: `@@${first?.texts().texts[0] ?? ""} ${at.file}:${at.line}` });
      return true;
    case "Symbol.for":
      first?.each((text) => text.kind === "text" && result.add({ kind: "text", text: `@@for ${text.text}` }));
      return true;
    case "util.promisify":
    case "promisify":
      first?.flowTo(result);
      return true;
    case "util.inherits":
      first?.each(
        (child) =>
          child instanceof FunctionValue &&
          second?.each((parent) => parent instanceof FunctionValue && child.prototype.protos.add(parent.prototype)),
      );
      return true;
    default:
      return false;
  }
}
