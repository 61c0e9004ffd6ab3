import { ts } from "@ts-morph/common";
import { type Cell, ObjectValue } from "../../flow/values.js";
import { Scope, type TypeInScope } from "../scope.js";
import { type Module } from "./module.js";
import { wholeModule } from "./module-code.js";
import { Part } from "./part.js";

/** Binds the names that `import` declares. */
export class Imports extends Part {
  bindImports({ file, code, scope, declaration }: Module): void {
    for (const { name, specifier, exported } of code.importedTypes)
      scope.importType(name, () => this.parts.exports.typesOf(specifier, file, exported));
    for (const { node, at, specifier, clause, isOfTypes, names } of code.imports) {
      const look = (name: string) => this.parts.exports.typesOf(specifier, file, name);
      // An import of types does not run the module.
      if (clause !== undefined && isOfTypes) {
        this.importTypes(clause, scope, look);
        continue;
      }
      const loaded = this.parts.loading.load(specifier, file, declaration, at);
      if (clause === undefined) continue;
      this.importTypes(clause, scope, look);
      // Names are bound on first use, because a test uses few of a module's imports.
      scope.declareLater(names, (local) => {
        const name = names.get(local)!;
        const imported = this.namespaces(loaded);
        scope.declare(
          local,
          name === wholeModule ? imported : this.program.read(imported, name, declaration, at, node),
        );
      });
    }
  }

  /** The loaded values that `import` sees: namespaces, and modules outside the source. */
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
