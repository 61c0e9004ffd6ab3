import { ts } from "ts-morph";
import { Cell, ObjectValue } from "../../flow/values.js";
import { importDeclarations } from "../generate/syntax.js";
import { Scope, type TypeInScope } from "../scope.js";
import { type Module } from "./module.js";
import { Part } from "./part.js";

/** What `import` binds. */
export class Imports extends Part {
  bindImports({ file, source, scope, declaration, generator }: Module): void {
    for (const statement of importDeclarations(source.statements)) {
      if (!ts.isStringLiteral(statement.moduleSpecifier)) continue;
      const specifier = statement.moduleSpecifier.text;
      const at = generator.site(statement);
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
      const imported = this.namespaces(loaded);
      const bind = (local: string, name: string) =>
        scope.declare(local, this.program.read(imported, name, declaration, at, statement));
      if (clause.name !== undefined) bind(clause.name.text, "default");
      const { namedBindings } = clause;
      if (namedBindings !== undefined && ts.isNamespaceImport(namedBindings))
        scope.declare(namedBindings.name.text, imported);
      else if (namedBindings !== undefined)
        for (const { name, propertyName } of namedBindings.elements) bind(name.text, (propertyName ?? name).text);
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

function importsTypesOnly({ isTypeOnly, name, namedBindings }: ts.ImportClause): boolean {
  if (isTypeOnly) return true;
  if (name !== undefined || namedBindings === undefined || !ts.isNamedImports(namedBindings)) return false;
  return namedBindings.elements.length > 0 && namedBindings.elements.every((each) => each.isTypeOnly);
}
