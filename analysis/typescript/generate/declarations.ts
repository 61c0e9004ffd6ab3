import { ts } from "@ts-morph/common";
import { type Cell, ObjectValue } from "../../flow/values.js";
import { isAnnotated } from "../../flow/annotations.js";
import { siteOf } from "../places.js";
import { annotationsOn } from "../documentation.js";
import { jsdocTypesOn } from "../jsdoc-types.js";
import { Scope } from "../scope.js";
import { Part } from "./part.js";
import { exportedNames, nameOf } from "./syntax.js";

/** Variables, loops, enums and namespaces. */
export class Declarations extends Part {
  variables(list: ts.VariableDeclarationList, scope: Scope): void {
    const isUsing = (list.flags & ts.NodeFlags.Using) !== 0;
    for (const declaration of list.declarations) {
      const { name, initializer, type } = declaration;
      if (scope.home(ts.isIdentifier(name) ? name.text : "") === undefined)
        this.parts.statements.declarePattern(name, scope);
      const documented = annotationsOn(declaration);
      if (initializer !== undefined) {
        const value = this.parts.expressions.expression(
          initializer,
          scope,
          ts.isIdentifier(name) ? name.text : undefined,
          documented,
        );
        this.parts.patterns.bind(name, value, scope);
        if (isUsing) this.dispose(value, declaration, scope);
      }
      const said = type ?? jsdocTypesOn(declaration).type;
      if (said !== undefined && ts.isIdentifier(name))
        this.context.typed(scope.find(name.text)!, { node: said, scope });
    }
  }

  dispose(value: Cell, node: ts.Node, scope: Scope): void {
    for (const name of ["@@dispose", "@@asyncDispose"]) this.parts.names.callOwn(value, name, [], node, scope);
  }

  bindLoop(initializer: ts.ForInitializer, value: Cell, scope: Scope): void {
    if (!ts.isVariableDeclarationList(initializer)) return this.parts.patterns.assign(initializer, value, scope);
    for (const { name } of initializer.declarations) {
      this.parts.statements.declarePattern(name, scope);
      this.parts.patterns.bind(name, value, scope);
      if ((initializer.flags & ts.NodeFlags.Using) !== 0) this.dispose(value, initializer, scope);
    }
  }

  /** The values of an iteration: the elements, or what the iterator returns. */
  iterated(all: Cell, scope: Scope, node: ts.Node): Cell {
    const result = this.program.cell();
    all.each((value) => {
      if (!(value instanceof ObjectValue)) return this.program.elements(this.program.cell(value), result);
      const own = this.program.cell(value);
      if (value.isArray) return this.program.elements(own, result);
      for (const name of ["@@iterator", "@@asyncIterator"]) {
        const made = this.program.cell();
        this.parts.calls.call(
          this.parts.names.property(own, name, node, scope),
          { receiver: own, args: [], result: made },
          node,
          scope,
          {
            isOptional: true,
          },
        );
        made.each((iterator) => {
          if (!(iterator instanceof ObjectValue)) return;
          if (iterator.isArray) return this.program.elements(this.program.cell(iterator), result);
          const step = this.program.cell();
          const self = this.program.cell(iterator);
          this.parts.calls.call(
            this.parts.names.property(self, "next", node, scope),
            { receiver: self, args: [], result: step },
            node,
            scope,
            { isOptional: true },
          );
          this.parts.names.property(step, "value", node, scope).flowTo(result);
        });
      }
    });
    return result;
  }

  enum(node: ts.EnumDeclaration, scope: Scope): void {
    const made = this.program.object();
    let number = 0;
    for (const member of node.members) {
      const name = nameOf(member.name) ?? "";
      const cell = made.prop(name);
      const documented = annotationsOn(member);
      if (isAnnotated(documented)) made.annotated.set(name, { ...siteOf(member), name, ...documented });
      if (member.initializer !== undefined) {
        this.parts.expressions.expression(member.initializer, scope).flowTo(cell);
        if (ts.isNumericLiteral(member.initializer)) number = Number(member.initializer.text) + 1;
      } else {
        made.prop(String(number)).add({ kind: "text", text: name });
        cell.add({ kind: "text", text: String(number++) });
      }
    }
    scope.find(node.name.text)?.add(made);
  }

  namespace(node: ts.ModuleDeclaration, scope: Scope): void {
    if (!ts.isIdentifier(node.name) || node.body === undefined) return;
    const made = this.program.object();
    scope.find(node.name.text)?.add(made);
    if (ts.isModuleDeclaration(node.body)) {
      const inner = new Scope(scope);
      this.parts.statements.hoist([node.body], inner);
      this.namespace(node.body, inner);
      const name = node.body.name.text;
      inner.own(name)?.flowTo(made.prop(name));
      return;
    }
    if (!ts.isModuleBlock(node.body)) return;
    const inner = new Scope(scope);
    this.parts.statements.statements(node.body.statements, inner);
    for (const name of exportedNames(node.body.statements)) inner.own(name)?.flowTo(made.prop(name));
  }
}
