import { ts } from "@ts-morph/common";
import { type Cell, FunctionValue } from "../../flow/values.js";
import { type Documented, isAnnotated } from "../../flow/annotations.js";
import { annotationsOn } from "../documentation.js";
import { Scope } from "../scope.js";
import { siteOf } from "../places.js";
import { Part } from "./part.js";
import { hasModifier, isAmbientMember, isStatic } from "./syntax.js";

/** Methods, accessors and fields of classes. */
export class Members extends Part {
  members(
    node: ts.ClassLikeDeclaration,
    value: FunctionValue,
    scope: Scope,
    name: string,
    parents: Cell,
    contracts: (name: string) => Documented,
  ): void {
    const signatures = new Map<string, ts.MethodDeclaration[]>();
    for (const member of node.members) {
      const isOfClass = isStatic(member);
      const target = isOfClass ? value : value.prototype;
      if (ts.isClassStaticBlockDeclaration(member)) {
        this.parts.statements.statements(member.body.statements, new Scope(scope));
        continue;
      }
      if (member.name === undefined) continue;
      const key = this.parts.literals.memberName(member.name, scope);
      const home = { parents, isStatic: isOfClass };
      if (ts.isMethodDeclaration(member)) {
        if (member.body === undefined && !isAmbientMember(member, node)) {
          if (key !== undefined) signatures.set(key, [...(signatures.get(key) ?? []), member]);
          continue;
        }
        const method = this.parts.functions.func(
          member,
          scope,
          key ?? "method",
          key === undefined ? undefined : contracts(key),
          {
            home,
            owner: name,
          },
        );
        if (key !== undefined) this.inherit(method, key, parents, isOfClass);
        if (key !== undefined && signatures.has(key))
          method.overloads = this.parts.functions.overloads(signatures.get(key)!, scope, `${name}.${key}`);
        const into = key === undefined ? target.rest : target.prop(key);
        into.add(method);
        this.decoratedMember(member, method, scope).flowTo(into);
        if (key !== undefined) target.declared.add(key);
      } else if (ts.isGetAccessorDeclaration(member) && key !== undefined) {
        target.getters.set(key, this.parts.functions.func(member, scope, key, contracts(key), { home, owner: name }));
        this.decoratedMember(member, undefined, scope);
      } else if (ts.isSetAccessorDeclaration(member) && key !== undefined) {
        target.setters.set(key, this.parts.functions.func(member, scope, key, undefined, { home, owner: name }));
      } else if (ts.isPropertyDeclaration(member)) {
        const documented = annotationsOn(member);
        if (isAnnotated(documented) && key !== undefined)
          target.annotated.set(key, { ...siteOf(member), name: `${name}.${key}`, ...documented });
        this.decoratedMember(member, undefined, scope);
        if (!isOfClass) continue;
        const initial =
          member.initializer &&
          this.parts.expressions.expression(member.initializer, scope, `${name}.${key ?? "field"}`);
        initial?.flowTo(key === undefined ? target.rest : target.prop(key));
        if (key !== undefined && initial !== undefined) target.declared.add(key);
        if (member.type !== undefined && key !== undefined)
          this.context.typed(target.prop(key), { node: member.type, scope });
      }
    }
    // An abstract method has no code. Its annotations count if only the abstract type is known.
    for (const [key, list] of signatures) {
      if (value.prototype.declared.has(key) || value.declared.has(key)) continue;
      const member = list[0]!;
      if (hasModifier(member, ts.SyntaxKind.AbstractKeyword))
        value.prototype.annotated.set(key, {
          ...siteOf(member),
          name: `${name}.${key}`,
          ...annotationsOn(member),
        });
    }
  }

  /** Adds the annotations that abstract methods of the parents have for a method. */
  inherit(method: FunctionValue, key: string, parents: Cell, isOfClass: boolean): void {
    const { declaration } = method;
    parents.each((parent) => {
      if (!(parent instanceof FunctionValue)) return;
      const declared = (isOfClass ? parent : parent.prototype).annotated.get(key);
      if (declared !== undefined) {
        declaration.requires = [...declaration.requires, ...declared.requires];
        declaration.provides = [...declaration.provides, ...declared.provides];
      }
      this.inherit(method, key, parent.protos, isOfClass);
    });
  }

  /** Calls the decorators of a member. @returns the member, and the functions that decorators return in its place */
  decoratedMember(member: ts.ClassElement, value: FunctionValue | undefined, scope: Scope): Cell {
    const program = this.program;
    const cell = program.cell(...(value === undefined ? [] : [value]));
    const decorators = ts.canHaveDecorators(member) ? (ts.getDecorators(member) ?? []) : [];
    for (const { expression } of decorators) {
      const result = program.cell();
      const descriptor = program.object();
      cell.flowTo(descriptor.prop("value"));
      // Standard decorators get (value, context). Legacy decorators get (target, name, descriptor).
      const given = [cell, program.cell(program.external("context")), program.cell(descriptor)];
      this.parts.calls.call(
        this.parts.expressions.expression(expression, scope),
        { args: given, result },
        expression,
        scope,
      );
      result.each((each) => each instanceof FunctionValue && cell.add(each));
      descriptor.prop("value").flowTo(cell);
    }
    return cell;
  }
}
