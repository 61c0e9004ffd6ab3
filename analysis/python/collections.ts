import { type Node } from "web-tree-sitter";
import { type Cell, ObjectValue } from "../flow/values.js";
import { Part } from "./part.js";
import { type PyModule, PyScope } from "./python-scope.js";

/** Lists, dictionaries and their items. */
export class Collections extends Part {
  dictionary(node: Node, scope: PyScope, module: PyModule): Cell {
    const of = (child: Node | null) =>
      child === null ? this.program.cell() : this.parts.expressions.expression(child, scope, module);

    const made = this.program.object();
    this.state.dictionaries.add(made);
    for (const child of node.namedChildren) {
      if (child?.type === "pair") {
        const value = of(child.childForFieldName("value"));
        of(child.childForFieldName("key")).each((key) =>
          value.flowTo(key.kind === "text" ? made.prop(key.text) : made.rest),
        );
      } else if (child?.type === "dictionary_splat")
        of(child.namedChildren[0]!).each((value) => value instanceof ObjectValue && value.copyNamesTo(made));
    }
    return this.program.cell(made);
  }

  comprehension(node: Node, scope: PyScope, module: PyModule): Cell {
    const inner = new PyScope(scope, scope.frame);
    for (const child of node.namedChildren) {
      if (child?.type === "for_in_clause")
        this.parts.statements.assign(
          child.childForFieldName("left")!,
          this.parts.calls.iterated(
            this.parts.expressions.expression(child.childForFieldName("right")!, inner, module),
            child,
            inner,
            module,
          ),
          inner,
          module,
        );
      else if (child?.type === "if_clause")
        for (const each of child.namedChildren)
          if (each !== null) this.parts.expressions.expression(each, inner, module);
    }
    const body = node.childForFieldName("body")!;
    const made = this.program.object(true);
    if (body.type === "pair")
      for (const each of body.namedChildren) this.parts.expressions.expression(each!, inner, module).flowTo(made.rest);
    else this.parts.expressions.expression(body, inner, module).flowTo(made.rest);
    return this.program.cell(made);
  }

  subscript(node: Node, scope: PyScope, module: PyModule): Cell {
    const of = (child: Node) => this.parts.expressions.expression(child, scope, module);

    const object = of(node.childForFieldName("value")!);
    const keys = node.childrenForFieldName("subscript").flatMap((child) => (child === null ? [] : of(child)));
    const result = this.program.cell();
    for (const key of keys)
      key.each((each) => {
        if (each.kind === "text") this.item(object, each.text, result, node, scope, module);
        else this.program.elements(object, result);
      });
    this.parts.calls.callMethod(object, "__getitem__", keys, result, node, scope, module);
    return result;
  }

  /** `object[name]`: on a dictionary, this reads only its items, never a method. */
  item(object: Cell, name: string, result: Cell, node: Node, scope: PyScope, module: PyModule): void {
    object.each((value) => {
      if (value instanceof ObjectValue && this.state.dictionaries.has(value)) {
        value.prop(name).flowTo(result);
        value.rest.flowTo(result);
      } else {
        const at = this.parts.statements.site(node, module);
        this.program.load(this.program.cell(value), name, result, scope.frame.declaration, at, node);
      }
    });
  }

  /** `left + right` for lists: the elements of the first one keep their positions. */
  added(left: Cell, right: Cell): ObjectValue {
    const made = this.program.object(true);
    const lengthOf = (list: ObjectValue) => [...list.props.keys()].filter((name) => /^\d+$/.test(name)).length;
    const each = (cell: Cell, use: (list: ObjectValue) => void) =>
      cell.each((value) => value instanceof ObjectValue && value.isArray && value !== made && use(value));
    each(left, (list) => {
      list.copyNamesTo(made);
      list.rest.flowTo(made.rest);
    });
    each(right, (list) => {
      const lengths = left.values.map((value) =>
        value instanceof ObjectValue && value !== made ? lengthOf(value) : 0,
      );
      const offset = Math.max(0, ...lengths);
      list.eachName((name, cell) => cell.flowTo(offset === 0 ? made.rest : made.prop(String(offset + Number(name)))));
      list.rest.flowTo(made.rest);
    });
    return made;
  }

  list(node: Node, scope: PyScope, module: PyModule): Cell {
    const made = this.program.object(true);
    let isPlain = true;
    node.namedChildren
      .filter((child) => child !== null && child.type !== "comment")
      .forEach((child, index) => {
        if (child!.type === "list_splat") {
          isPlain = false;
          this.parts.calls
            .iterated(this.parts.expressions.expression(child!, scope, module), node, scope, module)
            .flowTo(made.rest);
        } else
          this.parts.expressions
            .expression(child!, scope, module)
            .flowTo(isPlain ? made.prop(String(index)) : made.rest);
      });
    return this.program.cell(made);
  }
}
