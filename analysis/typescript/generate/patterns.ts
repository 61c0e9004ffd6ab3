import { ts } from "@ts-morph/common";
import { type Cell, FunctionValue, ObjectValue } from "../../flow/values.js";
import { Scope } from "../scope.js";
import { siteOf } from "../places.js";
import { Part } from "./part.js";
import { nameOf, skipOuter } from "./syntax.js";

/** Destructuring and assignments. */
export class Patterns extends Part {
  /** Assigns a value to the names of a pattern. */
  bind(pattern: ts.BindingName, value: Cell, scope: Scope): void {
    if (ts.isIdentifier(pattern)) {
      const cell = scope.find(pattern.text) ?? this.parts.statements.declared(pattern.text, scope);
      value.flowTo(cell);
      return;
    }
    pattern.elements.forEach((element, index) => {
      if (ts.isOmittedExpression(element)) return;
      const part = this.part(pattern, element, index, value, scope);
      if (element.initializer !== undefined) this.parts.expressions.expression(element.initializer, scope).flowTo(part);
      this.bind(element.name, part, scope);
    });
  }

  part(pattern: ts.BindingPattern, element: ts.BindingElement, index: number, value: Cell, scope: Scope): Cell {
    if (element.dotDotDotToken !== undefined) {
      if (ts.isObjectBindingPattern(pattern)) return value;
      const rest = this.program.object(true);
      this.program.elements(value, rest.rest);
      return this.program.cell(rest);
    }
    if (ts.isArrayBindingPattern(pattern)) return this.element(value, index, element, scope);
    const key = element.propertyName ?? element.name;
    const name =
      ts.isIdentifier(key) || ts.isObjectBindingPattern(key) || ts.isArrayBindingPattern(key)
        ? (key as ts.Identifier).text
        : nameOf(key);
    if (name !== undefined) return this.parts.names.property(value, name, element, scope);
    const computed = (key as ts.ComputedPropertyName).expression;
    return this.parts.names.dynamic(value, this.parts.expressions.expression(computed, scope), element, scope);
  }

  /** One element of an array, or any value of another iterable. */
  element(value: Cell, index: number, node: ts.Node, scope: Scope): Cell {
    const result = this.program.cell();
    value.each((each) => {
      if (each instanceof ObjectValue && !each.isArray)
        this.parts.declarations.iterated(this.program.cell(each), scope, node).flowTo(result);
      else this.program.loadFrom(each, each, String(index), result, scope.frame!.declaration, siteOf(node), node);
    });
    return result;
  }

  /** Handles `target = value`. */
  assign(target: ts.Node, value: Cell, scope: Scope): void {
    const node = skipOuter(target as ts.Expression);
    const from = scope.frame!.declaration;
    if (ts.isIdentifier(node)) {
      const cell = scope.find(node.text);
      if (cell !== undefined) value.flowTo(cell);
    } else if (ts.isPropertyAccessExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword) {
      scope.frame!.home?.parents.each((parent) => {
        const setter = parent instanceof FunctionValue ? parent.prototype.setters.get(node.name.text) : undefined;
        const shape = { receiver: scope.frame!.receiver, args: [value], result: this.program.cell() };
        if (setter !== undefined) this.program.callValue(setter, shape, from, siteOf(node), node);
      });
    } else if (ts.isPropertyAccessExpression(node)) {
      const object = this.parts.expressions.expression(node.expression, scope);
      const isExports =
        node.name.text === "exports" && ts.isIdentifier(node.expression) && node.expression.text === "module";
      if (isExports && scope.home("module") === undefined) value.flowTo(this.context.exportsOf(target));
      this.program.store(object, node.name.text, value, from, siteOf(node), node);
    } else if (ts.isElementAccessExpression(node)) {
      const object = this.parts.expressions.expression(node.expression, scope);
      const key = this.parts.expressions.expression(node.argumentExpression, scope);
      let isKnown = false;
      key.each((each) => {
        if (each.kind === "text") {
          isKnown = true;
          this.program.store(object, each.text, value, from, siteOf(node), node);
        } else if (!isKnown) object.each((owner) => owner instanceof ObjectValue && value.flowTo(owner.rest));
      });
      if (key.isEmpty) object.each((owner) => owner instanceof ObjectValue && value.flowTo(owner.rest));
    } else if (ts.isObjectLiteralExpression(node)) {
      for (const property of node.properties) {
        if (ts.isShorthandPropertyAssignment(property))
          this.assign(property.name, this.parts.names.property(value, property.name.text, property, scope), scope);
        else if (ts.isPropertyAssignment(property)) {
          const name = nameOf(property.name);
          if (name !== undefined)
            this.assign(property.initializer, this.parts.names.property(value, name, property, scope), scope);
        } else if (ts.isSpreadAssignment(property)) this.assign(property.expression, value, scope);
      }
    } else if (ts.isArrayLiteralExpression(node)) {
      node.elements.forEach((element, index) => {
        if (!ts.isOmittedExpression(element)) this.assign(element, this.element(value, index, element, scope), scope);
      });
    } else if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
      this.parts.expressions.expression(node.right, scope).flowTo(value);
      this.assign(node.left, value, scope);
    }
  }
}
