import type { ts } from "@ts-morph/common";
import type { Site } from "../flow/declaration.js";

const names = new WeakMap<ts.SourceFile, string>();
/** Cached by node, because a parsed file is read for many tests. */
const sites = new WeakMap<ts.Node, Site>();

/** Sets the name that places in a file show. */
export function setDisplayName(source: ts.SourceFile, name: string): void {
  names.set(source, name);
}

/** The name of a file that its author knows. */
export function nameOfFile(source: ts.SourceFile): string {
  return names.get(source) ?? source.fileName;
}

/** The place where a node begins. */
export function siteOf(node: ts.Node): Site {
  let site = sites.get(node);
  if (site === undefined) {
    const source = node.getSourceFile();
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    sites.set(node, (site = { file: nameOfFile(source), line: line + 1 }));
  }
  return site;
}
