import { type Node } from "web-tree-sitter";
import { nothing } from "../flow/known-paths.js";
import type { Declaration } from "../flow/declaration.js";
import { type Cell, FunctionValue, type Invocation, ObjectValue } from "../flow/values.js";
import { parameterName } from "./annotations.js";
import { Part } from "./part.js";
import { type PyFrame, type PyModule, PyScope } from "./python-scope.js";

/** The name under which named arguments hold dictionaries that are passed as `**options`. */
export const allOptions = "**";

/** Functions, and how calls bind their parameters. */
export class Functions extends Part {
  /** Applies type annotations where the code itself does not give a value. @returns whether this added anything */
  applyTypes(): boolean {
    let hasNews = false;
    for (const { cell, name, scope } of this.state.typed) {
      if (!cell.values.every(({ kind }) => kind === "external")) continue;
      const [first = "", ...rest] = name.split(".");
      let types = scope.find(first);
      for (const part of rest) {
        const at = scope.frame.declaration;
        types = types && this.program.read(types, part, at, at, cell);
        this.program.queue.drain();
      }
      for (const type of types?.values ?? []) {
        if (!(type instanceof FunctionValue) || type.construct === undefined) continue;
        let made = this.state.instances.get(type);
        if (made === undefined) {
          made = this.program.object();
          made.protos.add(type.prototype);
          this.state.instances.set(type, made);
          // Its constructor sets the fields, from arguments that are known only by their types.
          const receiver = this.program.cell(made);
          type.construct({ receiver, args: [], spread: undefined, result: this.program.cell() }, type);
        }
        if (cell.add(made)) hasNews = true;
      }
    }
    return hasNews;
  }

  function(
    declaration: Declaration,
    parameters: Node | null,
    scope: PyScope,
    module: PyModule,
    isMethod: boolean,
    run: (scope: PyScope, result: Cell) => void,
    {
      bases,
      returnType,
      returnsValue = false,
    }: { bases?: Cell; returnType?: Node | null; returnsValue?: boolean } = {},
  ): FunctionValue {
    const program = this.program;
    const list = (parameters?.namedChildren ?? []).filter(
      (child) =>
        child !== null &&
        child.type !== "comment" &&
        child.type !== "keyword_separator" &&
        child.type !== "positional_separator",
    ) as Node[];
    const role = { isMethod };
    const names = list.map((each) => parameterName(each));
    const value = new FunctionValue(
      program.queue,
      declaration,
      names,
      (call) => {
        const frame: PyFrame = {
          declaration,
          result: program.cell(),
          yields: program.cell(),
          self: role.isMethod ? call.receiver : scope.frame.self,
          bases: bases ?? scope.frame.bases,
        };
        const inner = new PyScope(scope, frame);
        list.forEach((each, index) => this.bindParameter(each, index, call, role.isMethod, inner, scope, module));
        frame.yields.each(() => {
          if (isGenerator) return;
          isGenerator = true;
          call.result.add(generator);
        });
        let isGenerator = false;
        const generator = program.object(true);
        this.state.generators.add(generator);
        frame.yields.flowTo(generator.rest);
        frame.result.flowTo(call.result);
        run(inner, frame.result);
        if (returnType) this.type(returnType, call.result, inner);
        else if (!returnsValue) call.result.add(program.external(nothing));
      },
      (placeholder, call) => {
        const [first = "", ...path] = placeholder.split(".");
        const offset = role.isMethod ? 1 : 0;
        const index = /^\d+$/.test(first) ? Number(first) + offset : names.indexOf(first);
        if (index < 0) return undefined;
        let cell = this.argument(list[index], index, names[index], call, role.isMethod, scope, module);
        for (const name of path) cell = program.read(cell, name, declaration, declaration, call);
        return cell;
      },
    );
    this.state.roles.set(value, role);
    if (isMethod) this.state.methods.add(value);
    // Python evaluates defaults where the function is defined, whether it is called or not.
    for (const parameter of list) {
      const fallback = parameter.childForFieldName("value");
      if (fallback !== null && fallback.descendantsOfType("call").length > 0)
        this.parts.expressions.expression(fallback, scope, module);
    }
    return value;
  }

  argument(
    parameter: Node | undefined,
    index: number,
    name: string | undefined,
    call: Invocation,
    isMethod: boolean,
    scope: PyScope,
    module: PyModule,
  ): Cell {
    const program = this.program;
    const value = program.cell();
    const at = isMethod ? index - 1 : index;
    const given = name === undefined ? undefined : call.named?.get(name);
    const positional = call.args[at];
    // `**options` may contain the argument.
    const options = given === undefined && name !== undefined ? call.named?.get(allOptions) : undefined;
    options?.each((each) => each instanceof ObjectValue && each.prop(name!).flowTo(value));
    if (given !== undefined) given.flowTo(value);
    else if (positional !== undefined) positional.flowTo(value);
    else if (call.spread !== undefined) call.spread.flowTo(value);
    else if (options === undefined) {
      const fallback = parameter?.childForFieldName("value");
      if (fallback) this.parts.expressions.expression(fallback, scope, module).flowTo(value);
      else value.add(program.external(nothing));
    }
    return value;
  }

  bindParameter(
    parameter: Node,
    index: number,
    call: Invocation,
    isMethod: boolean,
    inner: PyScope,
    outer: PyScope,
    module: PyModule,
  ): void {
    const program = this.program;
    const name = parameterName(parameter);
    if (parameter.type === "list_splat_pattern") {
      const rest = program.object(true);
      call.args.slice(isMethod ? index - 1 : index).forEach((arg, at) => arg.flowTo(rest.prop(String(at))));
      call.spread?.flowTo(rest.rest);
      return this.parts.statements.assignName(name!, program.cell(rest), inner);
    }
    if (parameter.type === "dictionary_splat_pattern") {
      const rest = program.object();
      this.state.dictionaries.add(rest);
      for (const [each, cell] of call.named ?? []) {
        if (each === allOptions) cell.each((options) => options instanceof ObjectValue && options.copyNamesTo(rest));
        else cell.flowTo(rest.prop(each));
      }
      return this.parts.statements.assignName(name!, program.cell(rest), inner);
    }
    if (isMethod && index === 0) {
      const self = program.cell();
      call.receiver.flowTo(self);
      // `Shop.buy(shop)`
      call.receiver.each((each) => each instanceof FunctionValue && call.args[0]?.flowTo(self));
      return this.parts.statements.assignName(name!, self, inner);
    }
    const value = this.argument(parameter, index, name, call, isMethod, outer, module);
    if (name !== undefined) {
      this.parts.statements.assignName(name, value, inner);
      const type = parameter.childForFieldName("type");
      if (type !== null) this.type(type, inner.find(name)!, outer);
    }
  }

  type(node: Node, cell: Cell, scope: PyScope): void {
    for (const [name] of node.text.replaceAll(/["']/g, "").matchAll(/[A-Za-z_][\w.]*/g))
      if (!/^(Optional|Union|List|Dict|None|str|int|bool|float)$/.test(name))
        this.state.typed.push({ cell, name, scope });
  }
}
