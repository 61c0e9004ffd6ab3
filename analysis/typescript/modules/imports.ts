import { ts } from "ts-morph";
import { Cell, ObjectValue } from "../../flow/values.js";
import { importDeclarations } from "../generate/syntax.js";
import { siteOf } from "../places.js";
import { Scope, type TypeInScope } from "../scope.js";
import { type Module } from "./module.js";
import { Part } from "./part.js";

/** What `import` binds. */
export class Imports extends Part {
  bindImports({ file, source, scope, declaration }: Module): void {
    for (const statement of importDeclarations(source.statements)) {
      if (!ts.isStringLiteral(statement.moduleSpecifier)) continue;
      const specifier = statement.moduleSpecifier.text;
      const at = siteOf(statement);
      const clause = statement.importClause;
      const look = (name: string) => this.parts.exports.typesOf(specifier, file, name);
      // Types run nothing.
      if (clause !== undefined && importsTypesOnly(clause)) {
        this.importTypes(clause, scope, look);
        continue;
      }
      const loaded = this.parts.loading.load(specifier, file, declaration, at);
      if (clause === undefined) continue;
      this.importTypes(clause, scope, look);
      const names = importedNames(clause);
      // Of what a module imports, a test uses little.
      scope.declareLater(names, (local) => {
        const name = names.get(local)!;
        const imported = this.namespaces(loaded);
        scope.declare(local, name === all ? imported : this.program.read(imported, name, declaration, at, statement));
      });
    }
  }

  /** Of what a specifier gives, what `import` sees: namespaces and what lies outside. */
  namespaces(loaded: Cell): Cell {
    const result = this.program.cell();
    loaded.each((value) => {
      if (value.kind === "external" || (value instanceof ObjectValue && this.state.namespaces.has(value)))
        result.add(value);
    });
    return result;
  }

  importTypes(clause: ts.ImportClause, scope: Scope, look: (name: string) => TypeInScope[]): void {
    if (clause.name !== undefined) scope.importType(clause.name.text, () => look("default"));
    if (clause.namedBindings !== undefined && ts.isNamedImports(clause.namedBindings))
      for (const { name, propertyName } of clause.namedBindings.elements)
        scope.importType(name.text, () => look((propertyName ?? name).text));
  }
}

/** Stands for the whole module. */
const all = "*";

/** By import: its module is loaded by many tests. */
const names = new WeakMap<ts.ImportClause, ReadonlyMap<string, string>>();

/** The names that an import declares, and what they are in the other module. */
function importedNames(clause: ts.ImportClause): ReadonlyMap<string, string> {
  let known = names.get(clause);
  if (known === undefined) {
    const { name, namedBindings } = clause;
    const found = new Map<string, string>();
    if (name !== undefined) found.set(name.text, "default");
    if (namedBindings !== undefined && ts.isNamespaceImport(namedBindings)) found.set(namedBindings.name.text, all);
    else
      for (const { name: local, propertyName } of namedBindings?.elements ?? [])
        found.set(local.text, (propertyName ?? local).text);
    names.set(clause, (known = found));
  }
  return known;
}

function importsTypesOnly({ isTypeOnly, name, namedBindings }: ts.ImportClause): boolean {
  if (isTypeOnly) return true;
  if (name !== undefined || namedBindings === undefined || !ts.isNamedImports(namedBindings)) return false;
  return namedBindings.elements.length > 0 && namedBindings.elements.every((each) => each.isTypeOnly);
}
