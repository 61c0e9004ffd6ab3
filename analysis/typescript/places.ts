import type { ts } from "@ts-morph/common";
import type { Site } from "../flow/declaration.js";

const names = new WeakMap<ts.SourceFile, string>();
/** By node: a parsed file is read for many tests. */
const sites = new WeakMap<ts.Node, Site>();

/** Sets the name under which places in a file are shown. */
export function nameFile(source: ts.SourceFile, name: string): void {
  names.set(source, name);
}

/** The name of a file, as its author knows it. */
export function nameOfFile(source: ts.SourceFile): string {
  return names.get(source) ?? source.fileName;
}

/** Where a node begins. */
export function siteOf(node: ts.Node): Site {
  let site = sites.get(node);
  if (site === undefined) {
    const source = node.getSourceFile();
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    sites.set(node, (site = { file: nameOfFile(source), line: line + 1 }));
  }
  return site;
}
