import { ts } from "@ts-morph/common";
import type { Documented } from "../../flow/annotations.js";
import type { Site } from "../../flow/declaration.js";
import { moduleAnnotations } from "../documentation.js";
import { exportedNames, exportStatements, hasModifier, importDeclarations, statementsOf } from "../generate/syntax.js";
import { type ImportedType, typesImportedIn } from "../jsdoc-types.js";
import { setDisplayName, siteOf } from "../places.js";

/** The name for all exports of a module. */
export const wholeModule = "*";

/** One import declaration. */
export interface ImportCode {
  node: ts.ImportDeclaration;
  at: Site;
  specifier: string;
  clause: ts.ImportClause | undefined;
  /** Whether it imports only types and runs nothing. */
  isOfTypes: boolean;
  /** The local names, with the names in the imported module. */
  names: ReadonlyMap<string, string>;
}

/** Facts from the text of a file. They are the same for every test that loads it. */
export interface ModuleCode {
  isCommonJs: boolean;
  annotations: Documented;
  imports: readonly ImportCode[];
  /** Names that are declared and exported in one statement. */
  exportedNames: ReadonlySet<string>;
  exportStatements: readonly ts.Statement[];
  /** Names in `export { … }`. */
  renamedExports: ReadonlySet<string>;
  running: readonly ts.Statement[];
  /** Types that JavaScript comments import. */
  importedTypes: readonly ImportedType[];
}

const known = new WeakMap<ts.SourceFile, ModuleCode>();

/** @param name the name of the file that its author knows */
export function moduleCodeOf(source: ts.SourceFile, name: string): ModuleCode {
  let code = known.get(source);
  if (code === undefined) {
    setDisplayName(source, name);
    known.set(source, (code = readModule(source)));
  }
  return code;
}

function readModule(source: ts.SourceFile): ModuleCode {
  const { statements } = source;
  const exports = exportStatements(statements);
  return {
    isCommonJs: isCommonJsModule(source),
    annotations: moduleAnnotations(source),
    imports: importDeclarations(statements).flatMap((node) => importCode(node)),
    exportedNames: exportedNames(statements),
    exportStatements: exports,
    renamedExports: new Set(
      exports.flatMap((each) =>
        ts.isExportDeclaration(each) && each.exportClause !== undefined && ts.isNamedExports(each.exportClause)
          ? each.exportClause.elements.map(({ name }) => name.text)
          : [],
      ),
    ),
    running: statementsOf(statements).running,
    importedTypes: typesImportedIn(source),
  };
}

function importCode(node: ts.ImportDeclaration): ImportCode[] {
  const { moduleSpecifier, importClause: clause } = node;
  if (!ts.isStringLiteral(moduleSpecifier)) return [];
  return [
    {
      node,
      at: siteOf(node),
      specifier: moduleSpecifier.text,
      clause,
      isOfTypes: clause !== undefined && importsOnlyTypes(clause),
      names: clause === undefined ? new Map() : importedNames(clause),
    },
  ];
}

function importedNames({ name, namedBindings }: ts.ImportClause): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  if (name !== undefined) names.set(name.text, "default");
  if (namedBindings !== undefined && ts.isNamespaceImport(namedBindings))
    names.set(namedBindings.name.text, wholeModule);
  else
    for (const { name: local, propertyName } of namedBindings?.elements ?? [])
      names.set(local.text, (propertyName ?? local).text);
  return names;
}

function importsOnlyTypes({ phaseModifier, name, namedBindings }: ts.ImportClause): boolean {
  if (phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  if (name !== undefined || namedBindings === undefined || !ts.isNamedImports(namedBindings)) return false;
  return namedBindings.elements.length > 0 && namedBindings.elements.every((each) => each.isTypeOnly);
}

function isCommonJsModule(source: ts.SourceFile): boolean {
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
