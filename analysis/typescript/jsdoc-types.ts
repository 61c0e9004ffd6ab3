import { ts } from "@ts-morph/common";
import { commentsOn } from "./documentation.js";
import { oncePerNode } from "./once-per-node.js";

/** The types that a JavaScript comment gives to a function or variable. */
export interface JsdocTypes {
  /** Types by the name of the parameter. */
  parameters: ReadonlyMap<string, ts.TypeNode>;
  returns: ts.TypeNode | undefined;
  /** The type of `@type`. */
  type: ts.TypeNode | undefined;
}

/** A type that a file imports in a comment. */
export interface ImportedType {
  name: string;
  specifier: string;
  exported: string;
}

const none: JsdocTypes = { parameters: new Map(), returns: undefined, type: undefined };
const longestType = 1_000;

/** The types in the comment before a function or variable. Empty for TypeScript, because its code contains the types. */
export const jsdocTypesOn = oncePerNode(readTypes);

function readTypes(node: ts.Node): JsdocTypes {
  const { fileName } = node.getSourceFile();
  if (!isJavaScript(fileName)) return none;
  const comment = commentsOn(node).at(-1) ?? "";
  if (!comment.includes("{")) return none;
  const parameters = new Map<string, ts.TypeNode>();
  let returns: ts.TypeNode | undefined;
  let type: ts.TypeNode | undefined;
  for (const { 0: found, 1: tag, index } of comment.matchAll(/@(param|returns?|type)\s+(?=\{)/g)) {
    const start = index + found.length;
    const text = inBraces(comment.slice(start));
    const parsed = text === undefined ? undefined : parseType(text, fileName);
    if (parsed === undefined) continue;
    if (tag === "type") type = parsed;
    else if (tag !== "param") returns = parsed;
    else {
      const [, name] = /^\s*\[?\s*([\w$]+)(?=[\s=\]*]|$)/.exec(comment.slice(start + text!.length + 2)) ?? [];
      if (name !== undefined) parameters.set(name, parsed);
    }
  }
  return { parameters, returns, type };
}

function isJavaScript(fileName: string): boolean {
  return /\.[cm]?jsx?$/.test(fileName);
}

/** The text between a brace and the brace that closes it. */
function inBraces(text: string): string | undefined {
  let depth = 0;
  for (let index = 0; index < Math.min(text.length, longestType); index++) {
    if (text[index] === "{") depth++;
    else if (text[index] === "}" && --depth === 0) return text.slice(1, index);
  }
  return undefined;
}

function parseType(text: string, fileName: string): ts.TypeNode | undefined {
  const plain = text.replaceAll(/\n\s*\*/g, "\n").replace(/^[?!]|=$/g, "");
  const source = ts.createSourceFile(fileName, `type T = ${plain};`, ts.ScriptTarget.ESNext, true, ts.ScriptKind.TS);
  const [first] = source.statements;
  return first !== undefined && ts.isTypeAliasDeclaration(first) ? first.type : undefined;
}

/** The types that comments in a JavaScript file import, with the tags `typedef` and `import`. */
export function typesImportedIn({ fileName, text }: ts.SourceFile): ImportedType[] {
  if (!isJavaScript(fileName)) return [];
  const typedefs = [...text.matchAll(/@typedef\s*\{\s*import\(["']([^"'\n]+)["']\)\.(\w+)\s*\}\s*(\w+)/g)];
  const imports = [...text.matchAll(/@import\s*\{([^}\n]*)\}\s*from\s*["']([^"'\n]+)["']/g)];
  return [
    ...typedefs.map(([, specifier, exported, name]) => ({ name: name!, specifier: specifier!, exported: exported! })),
    ...imports.flatMap(([, names, specifier]) =>
      names!.split(",").flatMap((each) => {
        const [, exported, name] = /^\s*(\w+)(?:\s+as\s+(\w+))?\s*$/.exec(each) ?? [];
        return exported === undefined ? [] : [{ name: name ?? exported, specifier: specifier!, exported }];
      }),
    ),
  ];
}
