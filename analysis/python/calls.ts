import { type Node } from "web-tree-sitter";
import type { CallShape } from "../flow/call-records.js";
import { type Cell, FunctionValue, ObjectValue } from "../flow/values.js";
import { allOptions } from "./functions.js";
import { Part } from "./part.js";
import { type PyModule, PyScope } from "./python-scope.js";

/** Functions that get functions as named arguments: `items.sort(key=…)`, `property(fget=…)`. */
const takingKeywords = new Set(["sort", "property"]);

/** Calls in the code, and calls that the language itself makes, such as `__iter__`. */
export class Calls extends Part {
  /** Calls a method if the value has it. */
  callMethod(
    value: Cell,
    name: string,
    args: readonly Cell[],
    result: Cell,
    node: Node,
    scope: PyScope,
    module: PyModule,
  ): void {
    value.each((each) => {
      if (!(each instanceof ObjectValue) || each.isArray || each instanceof FunctionValue) return;
      const from = scope.frame.declaration;
      const at = this.parts.statements.site(node, module);
      this.program.read(this.program.cell(each), name, from, at, node).each((found) => {
        if (found instanceof FunctionValue || found.kind === "builtin")
          this.program.callValue(found, { receiver: this.program.cell(each), args, result }, from, at, node);
      });
    });
  }

  iterated(all: Cell, node: Node, scope: PyScope, module: PyModule): Cell {
    const result = this.program.cell();
    all.each((value) => {
      if (!(value instanceof ObjectValue) || value.isArray)
        return this.program.elements(this.program.cell(value), result);
      const members = value instanceof FunctionValue ? this.state.enums.get(value) : undefined;
      if (members !== undefined) return members.flowTo(result);
      if (this.state.dictionaries.has(value)) return value.eachName((name) => result.add({ kind: "text", text: name }));
      const iterator = this.program.cell();
      for (const name of ["__iter__", "__aiter__"])
        this.callMethod(this.program.cell(value), name, [], iterator, node, scope, module);
      iterator.each((each) => {
        if (each instanceof ObjectValue && each.isArray) return this.program.elements(this.program.cell(each), result);
        for (const name of ["__next__", "__anext__"])
          this.callMethod(this.program.cell(each), name, [], result, node, scope, module);
      });
      this.callMethod(this.program.cell(value), "__getitem__", [], result, node, scope, module);
    });
    return result;
  }

  call(node: Node, scope: PyScope, module: PyModule): Cell {
    const program = this.program;
    const callee = node.childForFieldName("function")!;
    const list = node.childForFieldName("arguments")!;
    const at = this.parts.statements.site(node, module);
    const { declaration } = scope.frame;
    const result = program.cell();
    const args: Cell[] = [];
    const named = new Map<string, Cell>();
    let spread: Cell | undefined;
    for (const child of list.type === "generator_expression" ? [list] : list.namedChildren) {
      if (child === null || child.type === "comment") continue;
      if (child.type === "keyword_argument")
        named.set(
          child.childForFieldName("name")!.text,
          this.parts.expressions.expression(child.childForFieldName("value")!, scope, module),
        );
      else if (child.type === "list_splat") {
        spread ??= program.cell();
        this.iterated(
          this.parts.expressions.expression(child.namedChildren[0]!, scope, module),
          child,
          scope,
          module,
        ).flowTo(spread);
      } else if (child.type === "dictionary_splat") {
        const given = this.parts.expressions.expression(child.namedChildren[0]!, scope, module);
        const options = named.get(allOptions) ?? program.cell();
        given.flowTo(options);
        named.set(allOptions, options);
      } else args.push(this.parts.expressions.expression(child, scope, module));
    }
    const shape = { args, spread, named, result };
    const marker = this.parts.marks.madeBy(callee, node, scope, module);
    if (marker !== undefined) result.add(marker);
    if (callee.type === "identifier" && callee.text === "super" && scope.find("super") === undefined) {
      result.add(program.external("super"));
      return result;
    }
    if (callee.type === "attribute") {
      const objectNode = callee.childForFieldName("object")!;
      const name = callee.childForFieldName("attribute")!.text;
      const isSuper = objectNode.type === "call" && objectNode.childForFieldName("function")?.text === "super";
      if (isSuper) {
        const { self, bases } = scope.frame;
        bases?.each((base) => {
          if (base instanceof FunctionValue) {
            const method = program.read(program.cell(base.prototype), name, declaration, at, node);
            program.call(method, { receiver: self, ...shape }, declaration, at, node);
            // Annotations of the class count, not only those of its `__init__`.
            if (name === "__init__") program.reach(declaration, base.declaration, base.declaration.name, at);
          } else program.callValue(base, shape, declaration, at, node);
        });
        return result;
      }
      const receiver = this.parts.expressions.expression(objectNode, scope, module);
      const held = program.read(receiver, name, declaration, at, callee);
      const method = this.parts.operators.attribute(receiver, name, held, callee, scope, module);
      this.invoke(method, { receiver, ...shape }, node, scope, module);
      return result;
    }
    this.invoke(this.parts.expressions.expression(callee, scope, module), shape, node, scope, module);
    return result;
  }

  /** A method that is called by its plain name, as in a decorator, gets its object as the first argument. */
  #withSelf(value: FunctionValue, shape: CallShape): CallShape {
    const isPlain = shape.receiver === undefined && value.construct === undefined && this.state.methods.has(value);
    const self = shape.args[0] ?? shape.spread;
    return isPlain && self !== undefined ? { ...shape, receiver: self, args: shape.args.slice(1) } : shape;
  }

  /** Named arguments, as code outside the source sees them: first all together, then each one. */
  keywords(named: ReadonlyMap<string, Cell> | undefined): Cell[] {
    if (named === undefined || named.size === 0) return [];
    const all = this.program.object();
    for (const [name, cell] of named) cell.flowTo(all.prop(name));
    return [this.program.cell(all), ...named.values()];
  }

  invoke(callee: Cell, shape: CallShape, node: Node, scope: PyScope, module: PyModule): void {
    const program = this.program;
    const at = this.parts.statements.site(node, module);
    const { declaration } = scope.frame;
    callee.each((value) => {
      if (value instanceof FunctionValue)
        program.callValue(value, this.#withSelf(value, shape), declaration, at, node, value.construct !== undefined);
      else if (value instanceof ObjectValue && this.parts.marks.callOn(value, shape)) return;
      else if (value instanceof ObjectValue)
        this.callMethod(program.cell(value), "__call__", shape.args, shape.result, node, scope, module);
      else if (value.kind === "external") {
        if (this.parts.standardLibrary.call(value.path, shape, node, scope, module)) return;
        const args = [...shape.args, ...this.keywords(shape.named)];
        program.callValue(value, { args, result: shape.result }, declaration, at, node);
        if (value.path === "unittest.main") this.parts.pytestRun.runUnittest(module);
      } else {
        const isKeyed = value.kind === "builtin" && takingKeywords.has(value.name);
        const args = isKeyed ? [...shape.args, ...(shape.named?.values() ?? [])] : shape.args;
        program.callValue(value, { ...shape, args }, declaration, at, node);
      }
    });
    program.openCalls.push({
      callee,
      from: declaration,
      at,
      text: () => node.text.split("\n")[0]!.slice(0, 80),
      resolve: (target) => program.callValue(target, shape, declaration, at, node),
      node,
    });
  }
}
