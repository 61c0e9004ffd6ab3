import { ts } from "@ts-morph/common";
import type { CallShape } from "../../flow/call-records.js";
import { type Cell, FunctionValue, type Value } from "../../flow/values.js";
import { Scope } from "../scope.js";
import { siteOf } from "../places.js";
import { Part } from "./part.js";
import { skipOuter } from "./syntax.js";

/** Calls and their arguments. */
export class Calls extends Part {
  callee(node: ts.Expression, scope: Scope): [Cell, Cell | undefined] {
    const callee = skipOuter(node);
    if (ts.isPropertyAccessExpression(callee)) {
      if (callee.expression.kind === ts.SyntaxKind.SuperKeyword)
        return [this.parts.names.superProperty(callee.name.text, callee, scope), scope.frame!.receiver];
      const receiver = this.parts.expressions.expression(callee.expression, scope);
      return [this.parts.names.property(receiver, callee.name.text, callee, scope), receiver];
    }
    if (ts.isElementAccessExpression(callee)) {
      if (callee.expression.kind === ts.SyntaxKind.SuperKeyword)
        return [this.parts.names.superElement(callee, scope), scope.frame!.receiver];
      const receiver = this.parts.expressions.expression(callee.expression, scope);
      return [
        this.parts.names.dynamic(
          receiver,
          this.parts.expressions.expression(callee.argumentExpression, scope),
          callee,
          scope,
        ),
        receiver,
      ];
    }
    return [this.parts.expressions.expression(callee, scope), undefined];
  }

  arguments(list: readonly ts.Expression[], scope: Scope): { args: Cell[]; spread: Cell | undefined } {
    const at = list.findIndex((arg) => ts.isSpreadElement(arg));
    const plain = at === -1 ? list : list.slice(0, at);
    const args = plain.map((arg) => this.parts.expressions.expression(arg, scope));
    if (at === -1) return { args, spread: undefined };
    // `f(...[a, b])` has known positions.
    const first = skipOuter((list[at] as ts.SpreadElement).expression);
    if (
      list.length === at + 1 &&
      ts.isArrayLiteralExpression(first) &&
      !first.elements.some((each) => ts.isSpreadElement(each))
    )
      return {
        args: [...args, ...first.elements.map((each) => this.parts.expressions.expression(each, scope))],
        spread: undefined,
      };
    const spread = this.program.cell();
    const positions = Array.from({ length: 6 }, () => this.program.cell());
    for (const arg of list.slice(at)) {
      if (!ts.isSpreadElement(arg)) this.parts.expressions.expression(arg, scope).flowTo(spread);
      else {
        const value = this.parts.expressions.expression(arg.expression, scope);
        if (arg === list[at])
          positions.forEach((cell, index) => this.parts.patterns.element(value, index, arg, scope).flowTo(cell));
        this.parts.declarations.iterated(value, scope, arg).flowTo(spread);
      }
    }
    return list.length === at + 1 ? { args: [...args, ...positions], spread: undefined } : { args, spread };
  }

  callExpression(node: ts.CallExpression, scope: Scope): Cell {
    const program = this.program;
    const result = program.cell();
    const at = siteOf(node);
    const { declaration } = scope.frame!;
    if (this.context.isSkipped(node)) return result;
    if (node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments;
      if (specifier === undefined) return result;
      const name = this.parts.expressions.expression(specifier, scope);
      name.each((each) => {
        if (each.kind === "text") this.context.load(each.text, node, declaration, at).flowTo(result);
        else {
          program.notes.push({ reason: "a module is imported by a name that is not known", at, from: declaration });
          result.add(program.external("module"));
        }
      });
      return result;
    }
    if (node.expression.kind === ts.SyntaxKind.SuperKeyword) {
      const { args, spread } = this.arguments(node.arguments, scope);
      const { home, receiver } = scope.frame!;
      home?.parents.each((parent) => this.constructWith(parent, receiver, args, spread, scope, node));
      return receiver;
    }
    const [callee, receiver] = this.callee(node.expression, scope);
    const { args, spread } = this.arguments(node.arguments, scope);
    const isOptional = node.questionDotToken !== undefined || (node.flags & ts.NodeFlags.OptionalChain) !== 0;
    this.call(callee, { receiver, args, spread, result }, node, scope, { isOptional });
    return result;
  }

  readonly #constructed = new Map<FunctionValue, Set<Cell>>();

  /** Runs `new parent(…)` on an existing object. */
  constructWith(
    parent: Value,
    receiver: Cell,
    args: readonly Cell[],
    spread: Cell | undefined,
    scope: Scope,
    node: ts.Node,
  ): void {
    const program = this.program;
    if (parent instanceof FunctionValue) {
      // A class can be its own parent. It is constructed only once.
      const known = this.#constructed.get(parent) ?? new Set<Cell>();
      this.#constructed.set(parent, known);
      if (known.has(receiver)) return;
      known.add(receiver);
      program.reach(scope.frame!.declaration, parent.declaration, parent.declaration.name, siteOf(node));
      const call = { receiver, args, spread, result: program.cell() };
      program.recordCall(parent, call, siteOf(node));
      (parent.construct ?? parent.run)(call, parent);
    } else if (parent.kind === "external")
      program.callValue(parent, { args, result: program.cell() }, scope.frame!.declaration, siteOf(node), node);
  }

  call(callee: Cell, shape: CallShape, node: ts.Node, scope: Scope, { isNew = false, isOptional = false } = {}): void {
    const at = siteOf(node);
    const { declaration } = scope.frame!;
    this.program.call(callee, shape, declaration, at, node, isNew);
    if (isOptional) return;
    this.program.openCalls.push({
      callee,
      from: declaration,
      at,
      text: () => node.getText().split("\n")[0]!.slice(0, 80),
      resolve: (target) => this.program.callValue(target, shape, declaration, at, node, isNew),
      node,
    });
  }
}
