import { ts } from "@ts-morph/common";
import { ObjectValue } from "../../flow/values.js";
import { hasModifier } from "../generate/syntax.js";
import { siteOf } from "../places.js";
import { type TypeInScope } from "../scope.js";
import type { Module } from "./module.js";
import { Part } from "./part.js";
import { declareTypes } from "./type-syntax.js";

/** The exports of modules: values and types. */
export class Exports extends Part {
  /** The types that a module exports by a name. The module does not run. */
  typesOf(specifier: string, importer: string, name: string, depth = 0): TypeInScope[] {
    const { code, types } = this.state.files.resolve(specifier, importer);
    return [code, types].flatMap((file) => {
      const module = file === undefined ? undefined : this.parts.loading.module(file);
      return module === undefined ? [] : this.exportedTypes(module, name, depth);
    });
  }

  exportedTypes(module: Module, name: string, depth: number): TypeInScope[] {
    if (depth > 30) return [];
    if (!module.isStarted) declareTypes(module.source.statements, module.scope);
    const own = module.scope.ownTypes(name);
    if (own.length > 0) return own;
    return module.source.statements.flatMap((each) => {
      if (!ts.isExportDeclaration(each)) return [];
      const specifier = specifierOf(each);
      if (each.exportClause === undefined)
        return specifier === undefined ? [] : this.typesOf(specifier, module.file, name, depth + 1);
      if (!ts.isNamedExports(each.exportClause)) return [];
      return each.exportClause.elements
        .filter((element) => element.name.text === name)
        .flatMap((element) => {
          const local = (element.propertyName ?? element.name).text;
          return specifier === undefined
            ? module.scope.ownTypes(local)
            : this.typesOf(specifier, module.file, local, depth + 1);
        });
    });
  }

  bindExports(module: Module): void {
    const { code, scope, namespace, file, declaration } = module;
    const { exportedNames: names, renamedExports } = code;
    if (names.size > 0) namespace.propsLater(names, (name, exported) => scope.own(name)?.flowTo(exported));
    for (const name of names) this.exportAnnotation(module, name, name);
    for (const each of code.exportStatements) {
      if (hasModifier(each, ts.SyntaxKind.DefaultKeyword)) {
        const name = (each as ts.FunctionDeclaration).name?.text ?? "default";
        scope.own(name)?.flowTo(namespace.prop("default"));
      }
      if (ts.isExportAssignment(each) && each.isExportEquals !== true) {
        const cell = scope.own("default") ?? this.program.cell();
        scope.declare("default", cell);
        cell.flowTo(namespace.prop("default"));
      }
      if (!ts.isExportDeclaration(each) || each.isTypeOnly) continue;
      const at = siteOf(each);
      const specifier = specifierOf(each);
      const loaded =
        specifier === undefined
          ? undefined
          : this.parts.imports.namespaces(this.parts.loading.load(specifier, file, declaration, at));
      const { exportClause } = each;
      if (exportClause === undefined) {
        loaded?.each((value) => {
          if (!(value instanceof ObjectValue)) return namespace.protos.add(value);
          value.eachName((name, cell) => {
            // The module's own exports take precedence over those of `export *`.
            if (name !== "default" && !names.has(name) && !renamedExports.has(name)) cell.flowTo(namespace.prop(name));
          });
          for (const [name, annotated] of value.annotated) namespace.annotated.set(name, annotated);
          value.protos.each((proto) => namespace.protos.add(proto));
        });
      } else if (ts.isNamespaceExport(exportClause)) loaded?.flowTo(namespace.prop(exportClause.name.text));
      else
        for (const { name, propertyName, isTypeOnly } of exportClause.elements) {
          if (isTypeOnly) continue;
          const local = (propertyName ?? name).text;
          if (loaded !== undefined) this.program.load(loaded, local, namespace.prop(name.text), declaration, at, each);
          else {
            const cell = scope.find(local);
            cell?.flowTo(namespace.prop(name.text));
            this.exportAnnotation(module, local, name.text);
          }
        }
    }
  }

  /** Keeps the requirements of a variable for the modules that import it. */
  exportAnnotation({ scope, namespace }: Module, local: string, exported: string): void {
    const annotated = scope.annotationOf(local);
    if (annotated !== undefined) namespace.annotated.set(exported, annotated);
  }
}

/** The module that an `export … from` names. */
function specifierOf({ moduleSpecifier }: ts.ExportDeclaration): string | undefined {
  return moduleSpecifier !== undefined && ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : undefined;
}
