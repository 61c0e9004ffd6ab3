import { ts } from "ts-morph";
import { Cell, type Declaration, ObjectValue } from "../../flow/values.js";
import { hasModifier } from "../generate/syntax.js";
import { Scope, type TypeInScope } from "../scope.js";
/** One file of code, as a test sees it. Its top level runs when something imports it. */
export interface Module {
  file: string;
  declaration: Declaration;
  scope: Scope;
  source: ts.SourceFile;
  /** What `import * as` gives. */
  namespace: ObjectValue;
  /** What `module.exports` is. */
  exports: Cell;
  isCommonJs: boolean;
  isStarted: boolean;
}

export interface Typed {
  cell: Cell;
  type: TypeInScope;
}

function looksLikeCommonJs(source: ts.SourceFile): boolean {
  if (/\.[cd]?\.?cts$|\.cjs$/.test(source.fileName)) return true;
  const isModule = source.statements.some(
    (each) =>
      ts.isImportDeclaration(each) ||
      ts.isExportDeclaration(each) ||
      (ts.isExportAssignment(each) && each.isExportEquals !== true) ||
      hasModifier(each, ts.SyntaxKind.ExportKeyword),
  );
  return !isModule && /\b(?:require\s*\(|module\.exports|exports\.|export\s*=)/.test(source.text);
}

/** By file: it is loaded by many tests. */
const commonJs = new WeakMap<ts.SourceFile, boolean>();

export function isCommonJsModule(source: ts.SourceFile): boolean {
  let known = commonJs.get(source);
  if (known === undefined) commonJs.set(source, (known = looksLikeCommonJs(source)));
  return known;
}
