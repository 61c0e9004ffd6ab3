import { dirname, join } from "node:path";
import type { Site } from "../../flow/declaration.js";
import { absoluteInSource, combineTexts, pathFunctions, unknownText } from "../../flow/source-paths.js";
import { type Cell, FunctionValue } from "../../flow/values.js";

/** Functions of the language and of Node whose results are known. @returns whether `path` is one of them */
export function knownCall(path: string, args: readonly Cell[], result: Cell, at: Site): boolean {
  const [first, second] = args;
  const plain = path.replace(/^node:/, "").replace(".default.", ".");
  switch (plain) {
    case "Symbol":
      // Each symbol is a distinct name.
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
    case "url.fileURLToPath":
    case "fileURLToPath":
      combineTexts(args.slice(0, 1), ([url = ""]) => url.replace(/^file:\/\//, ""), result, unknownText);
      return true;
    case "url.pathToFileURL":
    case "pathToFileURL":
      combineTexts(args.slice(0, 1), ([file = ""]) => `file://${file}`, result, unknownText);
      return true;
    case "URL":
    case "url.URL":
      combineTexts(args.slice(0, 2), ([address = "", base]) => urlOf(address, base), result, unknownText);
      return true;
    case "require.resolve":
    case "import.meta.resolve": {
      const resolved = ([name = ""]: readonly string[]) =>
        /^\.{1,2}\//.test(name) ? absoluteInSource(join(dirname(at.file), name)) : name;
      combineTexts(args.slice(0, 1), resolved, result, unknownText);
      return true;
    }
    case "process.cwd":
      result.add({ kind: "text", text: absoluteInSource("") });
      return true;
    default: {
      const [, name] = /^(?:path|path\/posix|path\.posix)\.(\w+)$/.exec(plain) ?? [];
      const combine = name === undefined ? undefined : pathFunctions[name];
      if (combine === undefined) return false;
      combineTexts(args, combine, result, unknownText);
      return true;
    }
  }
}

function urlOf(address: string, base: string | undefined): string | undefined {
  try {
    return new URL(address, base).href;
  } catch {
    return undefined;
  }
}
