import { ts } from "@ts-morph/common";
import { nothing } from "../../flow/known-paths.js";
import type { Cell } from "../../flow/values.js";
import type { Documented } from "../../flow/annotations.js";
import { joinTexts } from "../../flow/texts.js";
import { annotationsOn } from "../documentation.js";
import { Scope } from "../scope.js";
import { Part } from "./part.js";
import { skipOuter } from "./syntax.js";

/** Operators that convert objects to numbers. */
const converting = new Set([
  ts.SyntaxKind.MinusToken,
  ts.SyntaxKind.AsteriskToken,
  ts.SyntaxKind.SlashToken,
  ts.SyntaxKind.PercentToken,
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
]);

export class Expressions extends Part {
  /** @param name for a function or class that has no name */
  expression(outer: ts.Expression, scope: Scope, name?: string, documented?: Documented): Cell {
    const node = skipOuter(outer);
    const program = this.program;
    const asserted = node === outer ? undefined : assertedType(outer);
    if (asserted !== undefined) {
      const value = program.cell();
      this.expression(node, scope, name, documented).flowTo(value);
      this.context.typed(value, { node: asserted, scope });
      return value;
    }
    if (ts.isIdentifier(node)) return this.parts.names.name(node.text, node, scope);
    if (ts.isStringLiteralLike(node)) return program.cell({ kind: "text", text: node.text });
    if (ts.isNumericLiteral(node)) return program.cell({ kind: "text", text: String(Number(node.text)) });
    if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) {
      const own = ts.isFunctionExpression(node) ? node.name?.text : undefined;
      const inner = own === undefined ? scope : new Scope(scope);
      const cell = program.cell();
      if (own !== undefined) inner.declare(own, cell);
      cell.add(this.parts.functions.func(node, inner, own ?? name ?? "function", documented));
      return cell;
    }
    if (ts.isClassExpression(node)) {
      const cell = program.cell();
      const inner = node.name === undefined ? scope : new Scope(scope);
      if (node.name !== undefined) inner.declare(node.name.text, cell);
      this.parts.classes.classInto(node, inner, node.name?.text ?? name ?? "class", cell, documented);
      return cell;
    }
    if (ts.isCallExpression(node)) return this.parts.calls.callExpression(node, scope);
    if (ts.isNewExpression(node)) {
      const callee = this.expression(node.expression, scope);
      const { args, spread } = this.parts.calls.arguments(node.arguments ?? [], scope);
      const result = program.cell();
      this.parts.calls.call(callee, { args, spread, result }, node, scope, { isNew: true });
      return result;
    }
    if (ts.isPropertyAccessExpression(node)) {
      if (ts.isMetaProperty(node.expression)) return program.cell(this.parts.names.place(node.name.text, node));
      if (node.expression.kind === ts.SyntaxKind.SuperKeyword)
        return this.parts.names.superProperty(node.name.text, node, scope);
      return this.parts.names.property(this.expression(node.expression, scope), node.name.text, node, scope);
    }
    if (ts.isElementAccessExpression(node)) {
      if (node.expression.kind === ts.SyntaxKind.SuperKeyword) return this.parts.names.superElement(node, scope);
      const object = this.expression(node.expression, scope);
      return this.parts.names.dynamic(object, this.expression(node.argumentExpression, scope), node, scope);
    }
    if (ts.isObjectLiteralExpression(node)) return program.cell(this.parts.literals.objectLiteral(node, scope));
    if (ts.isArrayLiteralExpression(node)) {
      const made = program.object(true);
      let isPlain = true;
      node.elements.forEach((element, index) => {
        if (ts.isSpreadElement(element)) {
          isPlain = false;
          this.parts.declarations
            .iterated(this.expression(element.expression, scope), scope, element)
            .flowTo(made.rest);
        } else if (!ts.isOmittedExpression(element))
          this.expression(element, scope).flowTo(isPlain ? made.prop(String(index)) : made.rest);
      });
      return program.cell(made);
    }
    if (ts.isTemplateExpression(node)) return this.parts.literals.template(node, scope);
    if (ts.isTaggedTemplateExpression(node)) {
      const [callee, receiver] = this.parts.calls.callee(node.tag, scope);
      const table = this.parts.literals.table(node.template, scope);
      const parts = ts.isTemplateExpression(node.template)
        ? node.template.templateSpans.map(({ expression }) => this.expression(expression, scope))
        : [];
      const result = program.cell();
      this.parts.calls.call(
        callee,
        {
          receiver,
          args: [program.cell(table ?? program.object(true)), ...(table === undefined ? parts : [])],
          result,
        },
        node,
        scope,
      );
      return result;
    }
    if (ts.isAwaitExpression(node))
      return this.parts.names.awaited(this.expression(node.expression, scope), node, scope);
    if (ts.isConditionalExpression(node)) {
      this.expression(node.condition, scope);
      return this.union([node.whenTrue, node.whenFalse].map((each) => this.expression(each, scope, name)));
    }
    if (ts.isBinaryExpression(node)) return this.binary(node, scope, name);
    if (node.kind === ts.SyntaxKind.ThisKeyword) return scope.frame!.receiver;
    if (node.kind === ts.SyntaxKind.SuperKeyword) return scope.frame!.home?.parents ?? program.cell();
    if (ts.isYieldExpression(node)) {
      if (node.expression === undefined) return program.cell(program.external("yield"));
      const value = this.expression(node.expression, scope);
      (node.asteriskToken === undefined ? value : this.parts.declarations.iterated(value, scope, node)).flowTo(
        scope.frame!.yields,
      );
      return program.cell(program.external("yield"));
    }
    if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
      const operand = this.expression(node.operand, scope);
      this.parts.literals.converted(operand, node, scope);
      // After `index++`, the variable no longer has its first value only.
      const isCounted =
        node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken;
      if (isCounted && ts.isIdentifier(node.operand)) operand.add(program.external("number"));
      return program.cell(program.external("number"));
    }
    if (ts.isTypeOfExpression(node) || ts.isVoidExpression(node) || ts.isDeleteExpression(node)) {
      this.expression(node.expression, scope);
      return program.cell(program.external(ts.isVoidExpression(node) ? nothing : "value"));
    }
    if (ts.isSpreadElement(node))
      return this.parts.declarations.iterated(this.expression(node.expression, scope), scope, node);
    if (ts.isJsxElement(node) || ts.isJsxSelfClosingElement(node) || ts.isJsxFragment(node))
      return this.parts.jsx.jsx(node, scope);
    if (ts.isMetaProperty(node)) return program.cell(program.external(node.getText()));
    if (node.kind === ts.SyntaxKind.NullKeyword) return program.cell(program.external(nothing));
    return program.cell(program.external("value"));
  }

  union(cells: readonly Cell[]): Cell {
    const result = this.program.cell();
    for (const cell of cells) cell.flowTo(result);
    return result;
  }

  binary(node: ts.BinaryExpression, scope: Scope, name: string | undefined): Cell {
    const { left, right, operatorToken } = node;
    const program = this.program;
    switch (operatorToken.kind) {
      case ts.SyntaxKind.EqualsToken: {
        const own = ts.isIdentifier(left) ? left.text : ts.isPropertyAccessExpression(left) ? left.name.text : name;
        const parent = node.parent as ts.Node | undefined;
        const documented = parent !== undefined && ts.isExpressionStatement(parent) ? annotationsOn(parent) : undefined;
        const value = this.expression(right, scope, own, documented);
        this.parts.patterns.assign(left, value, scope);
        return value;
      }
      case ts.SyntaxKind.QuestionQuestionEqualsToken:
      case ts.SyntaxKind.BarBarEqualsToken:
      case ts.SyntaxKind.AmpersandAmpersandEqualsToken: {
        const value = this.expression(right, scope);
        this.parts.patterns.assign(left, value, scope);
        return this.union([value, this.expression(left, scope)]);
      }
      case ts.SyntaxKind.BarBarToken:
      case ts.SyntaxKind.QuestionQuestionToken:
      case ts.SyntaxKind.AmpersandAmpersandToken:
        return this.union([this.expression(left, scope), this.expression(right, scope, name)]);
      case ts.SyntaxKind.CommaToken:
        this.expression(left, scope);
        return this.expression(right, scope);
      case ts.SyntaxKind.PlusToken:
      case ts.SyntaxKind.PlusEqualsToken: {
        const result = program.cell();
        // Long sums nest on the left. A loop takes them apart, so the recursion does not get deep.
        const terms: ts.Expression[] = [right];
        let rest = skipOuter(left);
        while (ts.isBinaryExpression(rest) && rest.operatorToken.kind === ts.SyntaxKind.PlusToken) {
          terms.push(rest.right);
          rest = skipOuter(rest.left);
        }
        const cells = [rest, ...terms.reverse()].map((term) => this.expression(term, scope));
        for (const cell of cells) this.parts.literals.converted(cell, node, scope);
        joinTexts(program, cells.slice(0, 20), result);
        if (operatorToken.kind === ts.SyntaxKind.PlusEqualsToken && ts.isIdentifier(left))
          scope.find(left.text)?.add(program.external("number"));
        return result;
      }
      case ts.SyntaxKind.InstanceOfKeyword: {
        const tested = this.expression(left, scope);
        this.parts.names.callOwn(this.expression(right, scope), "@@hasInstance", [tested], node, scope);
        return program.cell(program.external("value"));
      }
      default: {
        const operands = [left, right].map((each) => this.expression(each, scope));
        if (converting.has(operatorToken.kind))
          for (const each of operands) this.parts.literals.converted(each, node, scope);
        return program.cell(program.external("value"));
      }
    }
  }
}

/** The type that `value as Type` or `<Type>value` asserts; undefined for other expressions, and for types that say nothing. */
function assertedType(outer: ts.Expression): ts.TypeNode | undefined {
  for (let each = outer; ; each = each.expression) {
    if (ts.isAsExpression(each) || ts.isTypeAssertionExpression(each))
      return ts.isTypeReferenceNode(each.type) && each.type.typeName.getText() !== "const" ? each.type : undefined;
    if (!ts.isParenthesizedExpression(each) && !ts.isNonNullExpression(each) && !ts.isSatisfiesExpression(each))
      return undefined;
  }
}
