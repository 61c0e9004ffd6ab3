import { type Node } from "web-tree-sitter";
import type { Site } from "../flow/declaration.js";
import { type Cell, ObjectValue } from "../flow/values.js";
import { decoratorsOf } from "./annotations.js";
import { Part } from "./part.js";
import { type PyModule, PyScope, shownName } from "./python-scope.js";

export class Statements extends Part {
  block(node: Node, scope: PyScope, module: PyModule): void {
    for (const child of node.namedChildren) {
      if (child === null) continue;
      this.statement(child, scope, module);
      if (endsBlock(child)) return;
    }
  }

  site(node: Node, module: PyModule): Site {
    return { file: shownName(module.file), line: node.startPosition.row + 1 };
  }

  assignName(name: string, value: Cell, scope: PyScope): void {
    let cell = scope.names.get(name);
    if (cell === undefined) scope.names.set(name, (cell = this.program.cell()));
    value.flowTo(cell);
  }

  statement(node: Node, scope: PyScope, module: PyModule): void {
    const field = (name: string) => node.childForFieldName(name);
    switch (node.type) {
      case "function_definition":
      case "class_definition":
        this.parts.definitions.define(node, [], scope, module);
        return;
      case "decorated_definition": {
        this.parts.definitions.define(field("definition")!, decoratorsOf(node), scope, module, node);
        return;
      }
      case "expression_statement":
        for (const child of node.namedChildren)
          if (child !== null) this.parts.expressions.expression(child, scope, module);
        return;
      case "return_statement": {
        const [value] = node.namedChildren;
        if (value) this.parts.expressions.expression(value, scope, module).flowTo(scope.frame.result);
        return;
      }
      case "import_statement":
        for (const child of node.childrenForFieldName("name")) {
          if (child === null) continue;
          const isAliased = child.type === "aliased_import";
          const name = isAliased ? child.childForFieldName("name")!.text : child.text;
          const value = this.parts.modules.import(name, module.file, scope.frame.declaration, this.site(node, module));
          if (isAliased) this.assignName(child.childForFieldName("alias")!.text, this.program.cell(value), scope);
          else this.parts.modules.bindDotted(name, value, scope, module, node);
        }
        return;
      case "import_from_statement":
        this.parts.modules.importFrom(node, scope, module);
        return;
      case "match_statement":
        return this.parts.patterns.statement(node, scope, module);
      case "if_statement": {
        const condition = field("condition");
        // The part for `python file.py` does not run when the file is imported.
        const isMainPart = condition !== null && /__name__\s*==\s*["']__main__["']/.test(condition.text);
        const isTypes = condition !== null && /^(typing\.)?TYPE_CHECKING$/.test(condition.text);
        if (condition !== null) this.#condition(condition, scope, module);
        if ((!isMainPart || module.isMain) && !isTypes) this.block(field("consequence")!, scope, module);
        if (isTypes) this.block(field("consequence")!, this.#ofTypes(scope), module);
        for (const other of node.childrenForFieldName("alternative"))
          if (other !== null) this.statement(other, scope, module);
        return;
      }
      case "elif_clause":
      case "while_statement": {
        const condition = field("condition");
        if (condition !== null) this.#condition(condition, scope, module);
        const body = field("consequence") ?? field("body");
        if (body !== null) this.block(body, scope, module);
        const other = field("alternative");
        if (other !== null) this.statement(other, scope, module);
        return;
      }
      case "for_statement": {
        const elements = this.parts.calls.iterated(
          this.parts.expressions.expression(field("right")!, scope, module),
          node,
          scope,
          module,
        );
        this.assign(field("left")!, elements, scope, module);
        this.block(field("body")!, scope, module);
        const other = field("alternative");
        if (other !== null) this.statement(other, scope, module);
        return;
      }
      case "with_statement":
        for (const clause of node.namedChildren)
          if (clause?.type === "with_clause")
            for (const item of clause.namedChildren)
              if (item !== null) this.withItem(item.childForFieldName("value") ?? item, scope, module);
        this.block(field("body")!, scope, module);
        return;
      case "else_clause":
      case "finally_clause":
      case "except_clause":
      case "except_group_clause":
      case "try_statement":
      case "block":
      case "module":
        for (const child of node.namedChildren) if (child !== null) this.statement(child, scope, module);
        return;
      case "global_statement":
      case "nonlocal_statement":
        for (const child of node.namedChildren) {
          const cell = child === null ? undefined : scope.parent?.find(child.text);
          if (cell !== undefined) scope.names.set(child!.text, cell);
        }
        return;
      case "comment":
      case "pass_statement":
      case "break_statement":
      case "continue_statement":
        return;
      default:
        this.parts.expressions.expression(node, scope, module);
    }
  }

  /** The scope of `if TYPE_CHECKING`: its names are known, and nothing in it runs. */
  #ofTypes(scope: PyScope): PyScope {
    const nowhere = { ...scope.frame.declaration, requires: [], provides: [] };
    return new PyScope(scope.parent, { ...scope.frame, declaration: nowhere }, scope.names);
  }

  #condition(node: Node, scope: PyScope, module: PyModule): void {
    const value = this.parts.expressions.expression(node, scope, module);
    this.parts.operators.method(value, "__bool__", [], this.program.cell(), node, scope, module);
  }

  withItem(node: Node, scope: PyScope, module: PyModule): void {
    const isNamed = node.type === "as_pattern";
    const value = this.parts.expressions.expression(isNamed ? node.namedChildren[0]! : node, scope, module);
    const entered = this.enterContext(value, node, scope, module);
    const target = isNamed
      ? node.namedChildren.find((child) => child?.type === "as_pattern_target")?.namedChildren[0]
      : undefined;
    if (target) this.assign(target, entered, scope, module);
  }

  /** Enters and leaves a context manager. @returns the value after `as` */
  enterContext(value: Cell, node: Node, scope: PyScope, module: PyModule): Cell {
    const entered = this.program.cell();
    for (const name of ["__enter__", "__aenter__"])
      this.parts.calls.callMethod(value, name, [], entered, node, scope, module);
    for (const name of ["__exit__", "__aexit__"])
      this.parts.calls.callMethod(value, name, [], this.program.cell(), node, scope, module);
    value.each((each) => {
      if (each instanceof ObjectValue && this.state.generators.has(each)) each.rest.flowTo(entered);
      else if (each.kind !== "object") entered.add(each);
    });
    return entered;
  }

  /** The elements of lists from a position on. */
  #from(all: Cell, position: number): Cell {
    const rest = this.program.object(true);
    all.each((value) => {
      if (!(value instanceof ObjectValue) || !value.isArray) return;
      value.eachName((name, cell) => {
        if (Number(name) >= position) cell.flowTo(rest.prop(String(Number(name) - position)));
      });
      value.rest.flowTo(rest.rest);
    });
    return this.program.cell(rest);
  }

  assign(target: Node, value: Cell, scope: PyScope, module: PyModule): void {
    if (this.state.changesSearchPath) this.parts.searchPath.assign(target.text, value);
    switch (target.type) {
      case "identifier":
        return this.assignName(target.text, value, scope);
      case "attribute": {
        const object = this.parts.expressions.expression(target.childForFieldName("object")!, scope, module);
        return this.program.store(
          object,
          target.childForFieldName("attribute")!.text,
          value,
          scope.frame.declaration,
          this.site(target, module),
          target,
        );
      }
      case "subscript": {
        const object = this.parts.expressions.expression(target.childForFieldName("value")!, scope, module);
        const key = this.parts.expressions.expression(target.childForFieldName("subscript")!, scope, module);
        object.each(
          (each) =>
            each instanceof ObjectValue &&
            key.each((name) => value.flowTo(name.kind === "text" ? each.prop(name.text) : each.rest)),
        );
        this.parts.operators.method(object, "__setitem__", [key, value], this.program.cell(), target, scope, module);
        return;
      }
      case "pattern_list":
      case "tuple_pattern":
      case "list_pattern":
      case "tuple":
      case "list": {
        target.namedChildren.forEach((child, index) => {
          if (child === null) return;
          if (child.type === "list_splat_pattern") return this.assign(child, this.#from(value, index), scope, module);
          const at = this.site(target, module);
          const part = this.program.read(value, String(index), scope.frame.declaration, at, target);
          this.assign(child, part, scope, module);
        });
        return;
      }
      case "list_splat_pattern":
      case "parenthesized_expression":
        if (target.namedChildren[0]) this.assign(target.namedChildren[0], value, scope, module);
    }
  }
}

/** Whether the statements after this one never run. */
function endsBlock(node: Node): boolean {
  if (node.type === "return_statement" || node.type === "raise_statement") return true;
  const [call] = node.type === "expression_statement" ? node.namedChildren : [];
  return (
    call?.type === "call" &&
    /^(?:pytest\.(?:skip|fail|exit|xfail)|self\.(?:skipTest|fail)|sys\.exit)$/.test(
      call.childForFieldName("function")?.text ?? "",
    )
  );
}
