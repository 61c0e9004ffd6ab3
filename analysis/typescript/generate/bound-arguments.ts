import { ts } from "@ts-morph/common";
import { nothing } from "../../flow/known-paths.js";
import type { Declaration } from "../../flow/declaration.js";
import { type Cell, type Invocation, ObjectValue } from "../../flow/values.js";
import { type Frame, Scope } from "../scope.js";
import { Part } from "./part.js";
import { nameOf } from "./syntax.js";

/** Annotations with placeholders for arguments, such as `package:{name}`. */
export class BoundArguments extends Part {
  /** The values of a placeholder such as `{name}`, `{0}` or `{options.name}` in one call. */
  boundTexts(
    placeholder: string,
    parameters: readonly ts.ParameterDeclaration[],
    call: Invocation,
    scope: Scope,
  ): Cell | undefined {
    const [first = "", ...path] = placeholder.split(".");
    const result = this.program.cell();
    const index = /^\d+$/.test(first)
      ? Number(first)
      : parameters.findIndex(({ name }) => ts.isIdentifier(name) && name.text === first);
    let cell: Cell | undefined;
    const from = scope.frame?.declaration ?? call;
    const at = { file: scope.frame?.declaration.file ?? "", line: 0 };
    const load = (object: Cell, name: string) => this.program.read(object, name, from as Declaration, at, call);
    const valueOf = (position: number) => {
      const parameter = parameters[position];
      if (parameter?.dotDotDotToken !== undefined) return this.parts.expressions.union(call.args.slice(position));
      const arg = call.args[position];
      const value = arg ?? this.program.cell();
      call.spread?.flowTo(value);
      if (parameter?.initializer !== undefined) {
        const fallback = this.parts.expressions.expression(
          parameter.initializer,
          new Scope(scope, scope.frame ?? this.looseFrame(call)),
        );
        if (arg === undefined) fallback.flowTo(value);
        else arg.each((each) => each.kind === "external" && each.path === nothing && fallback.flowTo(value));
      }
      return value;
    };
    if (index >= 0) cell = valueOf(index);
    else {
      // The name can be within a pattern, as in `install({ name })`.
      parameters.forEach(({ name: pattern }, position) => {
        if (!ts.isObjectBindingPattern(pattern)) return;
        const element = pattern.elements.find(({ name }) => ts.isIdentifier(name) && name.text === first);
        if (element === undefined) return;
        cell = load(
          valueOf(position),
          element.propertyName === undefined ? first : (nameOf(element.propertyName) ?? first),
        );
        if (element.initializer !== undefined) {
          const fallback = this.parts.expressions.expression(
            element.initializer,
            new Scope(scope, scope.frame ?? this.looseFrame(call)),
          );
          const object = valueOf(position);
          object.each((each) => {
            if (each instanceof ObjectValue && !each.props.has(first)) fallback.flowTo(cell!);
          });
          if (object.isEmpty) fallback.flowTo(cell);
        }
      });
    }
    if (cell === undefined) return undefined;
    for (const name of path) cell = load(cell, name);
    cell.flowTo(result);
    return result;
  }

  looseFrame(call: Invocation): Frame {
    const declaration = { file: "", line: 1, name: "", requires: [], provides: [] };
    return {
      declaration,
      receiver: call.receiver,
      result: call.result,
      yields: this.program.cell(),
      args: call.args,
      home: undefined,
    };
  }
}
