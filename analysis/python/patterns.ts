import type { Node } from "web-tree-sitter";
import type { Cell } from "../flow/values.js";
import { Part } from "./part.js";
import type { PyModule, PyScope } from "./python-scope.js";

/** The patterns of `match` statements, which give names to parts of the value. */
export class Patterns extends Part {
  /** Reads a `match` statement. */
  statement(node: Node, scope: PyScope, module: PyModule): void {
    const { expressions, statements } = this.parts;
    const value = this.program.cell();
    for (const subject of node.childrenForFieldName("subject"))
      if (subject !== null) expressions.expression(subject, scope, module).flowTo(value);
    for (const clause of node.childForFieldName("body")?.namedChildren ?? []) {
      for (const child of clause?.namedChildren ?? [])
        if (child?.type === "case_pattern") this.match(child, value, scope, module);
      const guard = clause?.childForFieldName("guard")?.namedChildren[0];
      if (guard) expressions.expression(guard, scope, module);
      const body = clause?.childForFieldName("consequence");
      if (body) statements.block(body, scope, module);
    }
  }

  match(pattern: Node, value: Cell, scope: PyScope, module: PyModule): void {
    const children = pattern.namedChildren.filter((child) => child !== null);
    const part = (name: string) => {
      const at = this.parts.statements.site(pattern, module);
      return this.program.read(value, name, scope.frame.declaration, at, pattern);
    };
    switch (pattern.type) {
      case "dotted_name":
        if (children.length === 1 && pattern.text !== "_") this.parts.statements.assignName(pattern.text, value, scope);
        return;
      case "list_pattern":
      case "tuple_pattern":
        // `(name)` is only a name in parentheses.
        if (children.length === 1 && /^\([^,]*\)$/.test(pattern.text))
          return this.match(children[0]!, value, scope, module);
        return children.forEach((child, index) => this.match(child, part(String(index)), scope, module));
      case "splat_pattern": {
        const [name] = children;
        const rest = this.program.cell(this.program.list(value));
        if (name !== undefined) this.parts.statements.assignName(name.text, rest, scope);
        return;
      }
      case "dict_pattern":
        return children.forEach((child, index) => {
          const key = children[index - 1]?.type === "string" ? children[index - 1]!.text.slice(1, -1) : undefined;
          if (key !== undefined) this.match(child, part(key), scope, module);
        });
      case "class_pattern":
        return children.slice(1).forEach((child) => this.#ofClass(child, value, scope, module));
      case "as_pattern": {
        const name = pattern.childForFieldName("alias") ?? children.at(-1);
        if (name != null) this.parts.statements.assignName(name.text, value, scope);
        return children.slice(0, -1).forEach((child) => this.match(child, value, scope, module));
      }
      default:
        // `case_pattern`, `union_pattern`, and parentheses
        children.forEach((child) => this.match(child, value, scope, module));
    }
  }

  /** `Shop(name=x)` gives the attribute `name`. A pattern without a name gives any attribute. */
  #ofClass(child: Node, value: Cell, scope: PyScope, module: PyModule): void {
    const [keyword] = child.namedChildren;
    if (keyword?.type !== "keyword_pattern") return this.match(child, this.program.elementsOf(value), scope, module);
    const [name, inner] = keyword.namedChildren;
    const at = this.parts.statements.site(child, module);
    if (name && inner)
      this.match(inner, this.program.read(value, name.text, scope.frame.declaration, at, child), scope, module);
  }
}
