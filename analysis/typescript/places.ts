import type { ts } from "@ts-morph/common";
import type { Site } from "../flow/declaration.js";
import { oncePerNode } from "./once-per-node.js";

const names = new WeakMap<ts.SourceFile, string>();
/** Sets the name that places in a file show. */
export function setDisplayName(source: ts.SourceFile, name: string): void {
  names.set(source, name);
}

/** The name of a file that its author knows. */
export function nameOfFile(source: ts.SourceFile): string {
  return names.get(source) ?? source.fileName;
}

/** The place where a node begins. */
export const siteOf = oncePerNode((node: ts.Node): Site => {
  const source = node.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
  return { file: nameOfFile(source), line: line + 1 };
});
