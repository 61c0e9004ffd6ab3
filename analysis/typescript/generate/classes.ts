import { ts } from "@ts-morph/common";
import type { Declaration } from "../../flow/declaration.js";
import { type Cell, FunctionValue, ObjectValue } from "../../flow/values.js";
import { type Documented, isAnnotated } from "../../flow/annotations.js";
import { annotationsOn } from "../documentation.js";
import { type Frame, Scope } from "../scope.js";
import { callHooks } from "../../flow/hooks.js";
import { siteOf } from "../places.js";
import { contractsOf, implementedBy } from "./contracts.js";
import { Part } from "./part.js";
import { isStatic } from "./syntax.js";

/** Classes, and what `new` does with them. */
export class Classes extends Part {
  classInto(node: ts.ClassLikeDeclaration, outer: Scope, name: string, cell: Cell, documented?: Documented): void {
    const program = this.program;
    const own = annotationsOn(node);
    const declaration: Declaration = {
      ...siteOf(node),
      name,
      requires: [...own.requires, ...(documented?.requires ?? [])],
      provides: [...own.provides, ...(documented?.provides ?? [])],
    };
    const parents = program.cell();
    const constructorNodes = node.members.filter((member) => ts.isConstructorDeclaration(member));
    const constructorNode = constructorNodes.find(({ body }) => body !== undefined) ?? constructorNodes[0];
    const scope = new Scope(outer, { ...outer.frame!, home: { parents, isStatic: true } });
    const value: FunctionValue = new FunctionValue(
      program.queue,
      declaration,
      (constructorNode?.parameters ?? []).map(({ name: each }) => (ts.isIdentifier(each) ? each.text : undefined)),
      () => undefined,
      (placeholder, call) =>
        this.parts.boundArguments.boundTexts(placeholder, constructorNode?.parameters ?? [], call, scope),
    );
    scope.frame!.receiver = program.cell(value);
    if (constructorNodes.length > 1)
      value.overloads = this.parts.functions.overloads(
        constructorNodes.filter(({ body }) => body === undefined),
        scope,
        `new ${name}`,
      );
    for (const parameter of constructorNode?.parameters ?? []) {
      const said = annotationsOn(parameter);
      if (isAnnotated(said) && ts.isIdentifier(parameter.name) && (ts.getModifiers(parameter) ?? []).length > 0)
        value.prototype.annotated.set(parameter.name.text, {
          ...siteOf(parameter),
          name: parameter.name.text,
          ...said,
        });
    }
    this.context.register(node, value);
    for (const clause of node.heritageClauses ?? []) {
      if (clause.token !== ts.SyntaxKind.ExtendsKeyword) continue;
      for (const { expression } of clause.types) this.parts.expressions.expression(expression, outer).flowTo(parents);
    }
    parents.each((parent) => {
      value.protos.add(parent);
      if (parent instanceof FunctionValue) value.prototype.protos.add(parent.prototype);
      else if (parent.kind === "external") value.prototype.protos.add(program.external(`${parent.path}()`));
    });
    const contracts = contractsOf(implementedBy(node), outer);
    this.parts.members.members(node, value, scope, name, parents, contracts);
    value.construct = (call) => {
      parents.each(
        (parent) => parent.kind === "external" && callHooks(program, value, call.receiver, declaration, siteOf(node)),
      );
      const frame: Frame = {
        declaration,
        receiver: call.receiver,
        result: program.cell(),
        yields: program.cell(),
        args: call.args,
        home: { parents, isStatic: false },
      };
      const inner = new Scope(outer, frame);
      if (constructorNode === undefined)
        parents.each((parent) =>
          this.parts.calls.constructWith(parent, call.receiver, call.args, call.spread, inner, node),
        );
      for (const member of node.members) {
        if (!ts.isPropertyDeclaration(member) || isStatic(member)) continue;
        const key = this.parts.literals.memberName(member.name, inner);
        const type = member.type === undefined ? undefined : { node: member.type, scope: inner };
        const initial =
          member.initializer &&
          this.parts.expressions.expression(member.initializer, inner, `${name}.${key ?? "field"}`);
        call.receiver.each((self) => {
          if (!(self instanceof ObjectValue)) return;
          const target = key === undefined ? self.rest : self.prop(key);
          initial?.flowTo(target);
          if (key !== undefined && initial !== undefined) self.declared.add(key);
          if (type !== undefined) this.context.typed(target, type);
        });
      }
      if (constructorNode?.body !== undefined) {
        const documentedConstructor = annotationsOn(constructorNode);
        const constructor = this.parts.functions.func(constructorNode, outer, `new ${name}`, undefined, {
          home: { parents, isStatic: false },
        });
        program.recordCall(constructor, call, siteOf(constructorNode));
        // A constructor without annotations belongs to the class, so the chain of calls shows no separate step for it.
        const isOwnStep = documentedConstructor.requires.length > 0;
        if (!isOwnStep) Object.assign(constructor.declaration, { name });
        program.reach(declaration, constructor.declaration, isOwnStep ? `new ${name}` : "", siteOf(constructorNode));
        constructor.run(call, constructor);
      }
    };
    this.decorated(node, value, scope, cell);
    cell.add(value);
  }

  /** Calls the decorators of a class. Adds the classes that they return in its place to the cell. */
  decorated(node: ts.ClassLikeDeclaration, value: FunctionValue, scope: Scope, into: Cell): void {
    const program = this.program;
    for (const { expression } of ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : []) {
      const result = program.cell();
      this.parts.calls.call(
        this.parts.expressions.expression(expression, scope),
        { args: [program.cell(value), program.cell(program.external("context"))], result },
        expression,
        scope,
      );
      result.each((each) => each instanceof FunctionValue && into.add(each));
    }
  }

  /** A class that is only declared: `declare class`, or a class in a `.d.ts`. */
  declaredClass(node: ts.ClassLikeDeclaration, scope: Scope): FunctionValue {
    const cell = this.program.cell();
    this.classInto(node, scope, node.name?.text ?? "class", cell);
    return cell.values.find((value) => value instanceof FunctionValue)!;
  }
}
