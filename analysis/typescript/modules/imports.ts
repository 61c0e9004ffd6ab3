import { ts } from "ts-morph";
import { Cell, ObjectValue } from "../../flow/values.js";
import { Scope, type TypeInScope } from "../scope.js";
import { type Module } from "./module.js";
import { Part } from "./part.js";

/** What `import` binds. */
export class Imports extends Part {
  bindImports({ file, source, scope, declaration, generator }: Module): void {
    for (const statement of source.statements) {
      if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
      const specifier = statement.moduleSpecifier.text;
      const at = generator.site(statement);
      const clause = statement.importClause;
      const look = (name: string) => this.parts.exports.typesOf(specifier, file, name);
      if (clause?.isTypeOnly === true) {
        // Types run nothing.
        this.importTypes(clause, scope, look);
        continue;
      }
      const isTypesOnly =
        clause?.namedBindings !== undefined &&
        ts.isNamedImports(clause.namedBindings) &&
        clause.name === undefined &&
        clause.namedBindings.elements.length > 0 &&
        clause.namedBindings.elements.every(({ isTypeOnly }) => isTypeOnly);
      if (isTypesOnly) {
        this.importTypes(clause, scope, look);
        continue;
      }
      const loaded = this.parts.loading.load(specifier, file, declaration, at);
      if (clause === undefined) continue;
      this.importTypes(clause, scope, look);
      const bind = (local: string, imported: string) => {
        const cell = this.program.cell();
        scope.declare(local, cell);
        this.program.load(this.namespaces(loaded), imported, cell, declaration, at, statement);
      };
      if (clause.name !== undefined) bind(clause.name.text, "default");
      const { namedBindings } = clause;
      if (namedBindings !== undefined && ts.isNamespaceImport(namedBindings)) {
        const cell = this.program.cell();
        this.namespaces(loaded).flowTo(cell);
        scope.declare(namedBindings.name.text, cell);
      } else if (namedBindings !== undefined)
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
