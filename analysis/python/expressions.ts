import { type Node } from "web-tree-sitter";
import { joinTexts } from "../flow/texts.js";
import { nothing } from "../flow/known-paths.js";
import { absoluteInSource } from "../flow/source-paths.js";
import type { Cell } from "../flow/values.js";
import { Part } from "./part.js";
import { type PyModule, PyScope } from "./python-scope.js";

export class Expressions extends Part {
  expression(node: Node, scope: PyScope, module: PyModule): Cell {
    const program = this.program;
    const field = (name: string) => node.childForFieldName(name);
    const of = (child: Node | null) => (child === null ? program.cell() : this.expression(child, scope, module));
    const all = () => node.namedChildren.map((child) => of(child));
    switch (node.type) {
      case "identifier": {
        const found = scope.find(node.text);
        if (found !== undefined) return found;
        if (node.text === "__file__") return program.cell({ kind: "text", text: absoluteInSource(module.file) });
        const builtin = this.state.builtins.get(node.text);
        if (builtin !== undefined) return program.cell(builtin);
        // The module may define the name later.
        const later =
          module.scope.names.get(node.text) ??
          (this.parts.modules.isDefined(module, node.text) ? program.cell() : undefined);
        if (later === undefined) return program.cell(program.external(node.text));
        module.scope.names.set(node.text, later);
        return later;
      }
      case "string":
        return this.string(node, scope, module);
      case "concatenated_string": {
        const texts = node.namedChildren.map((child) => of(child).texts().texts[0]);
        return program.cell(
          texts.includes(undefined) ? program.external("text") : { kind: "text", text: texts.join("") },
        );
      }
      case "integer":
      case "float":
        return program.cell({ kind: "text", text: node.text });
      case "true":
      case "false":
      case "ellipsis":
        return program.cell(program.external("value"));
      case "none":
        return program.cell(program.external(nothing));
      case "parenthesized_expression":
      case "await":
      case "list_splat":
      case "expression_list":
        if (node.type === "expression_list" && node.namedChildren.length > 1)
          return this.parts.collections.list(node, scope, module);
        return of(node.namedChildren.find((child) => child !== null && child.type !== "comment") ?? null);
      case "attribute": {
        const object = of(field("object"));
        const name = field("attribute")!.text;
        if (name === "__dict__") return object;
        const ofPath = this.parts.pathsAndData.attribute(object, name);
        const held = program.read(
          object,
          name,
          scope.frame.declaration,
          this.parts.statements.site(node, module),
          node,
        );
        ofPath?.flowTo(held);
        return this.parts.operators.attribute(object, name, held, node, scope, module);
      }
      case "call":
        return this.parts.calls.call(node, scope, module);
      case "assignment": {
        const right = field("right");
        const left = field("left")!;
        const type = field("type");
        const value = right === null ? program.cell() : of(right);
        this.parts.statements.assign(left, value, scope, module);
        if (type !== null && left.type === "identifier") this.parts.functions.type(type, scope.find(left.text)!, scope);
        return value;
      }
      case "augmented_assignment": {
        const value = of(field("right"));
        const operator = field("operator")?.text ?? "+=";
        const made = this.parts.operators.binary(operator, of(field("left")), value, node, scope, module);
        for (const each of [value, made]) this.parts.statements.assign(field("left")!, each, scope, module);
        return value;
      }
      case "comparison_operator": {
        const operators = node.childrenForFieldName("operators").map((child) => child?.text ?? "");
        const operands = all();
        operators.forEach((operator, index) => {
          const [left, right] = [operands[index], operands[index + 1]];
          if (left !== undefined && right !== undefined)
            this.parts.operators.binary(operator, left, right, node, scope, module);
        });
        return program.cell(program.external("value"));
      }
      case "unary_operator": {
        const value = of(field("argument"));
        return this.parts.operators.unary(field("operator")?.text ?? "", value, node, scope, module);
      }
      case "named_expression": {
        const value = of(field("value"));
        this.parts.statements.assign(field("name")!, value, scope, module);
        return value;
      }
      case "list":
      case "tuple":
      case "set":
        return this.parts.collections.list(node, scope, module);
      case "dictionary":
        return this.parts.collections.dictionary(node, scope, module);
      case "list_comprehension":
      case "set_comprehension":
      case "generator_expression":
      case "dictionary_comprehension":
        return this.parts.collections.comprehension(node, scope, module);
      case "subscript":
        return this.parts.collections.subscript(node, scope, module);
      case "conditional_expression": {
        // `yes if condition else no`
        const [yes, , no] = all();
        const result = program.cell();
        yes?.flowTo(result);
        no?.flowTo(result);
        return result;
      }
      case "boolean_operator": {
        const result = program.cell();
        for (const each of all()) each.flowTo(result);
        return result;
      }
      case "binary_operator": {
        const [left, right] = [of(field("left")), of(field("right"))];
        const operator = field("operator")?.text ?? "";
        const result = this.parts.operators.binary(operator, left, right, node, scope, module);
        if (operator === "%") {
          left.each((value) => {
            if (value.kind !== "text") return;
            const given = right.texts().texts;
            if (/%[sd]/.test(value.text) && (value.text.match(/%/g) ?? []).length === 1)
              for (const each of given) result.add({ kind: "text", text: value.text.replace(/%[sd]/, each) });
          });
          if (!right.texts().isOpen) return result;
        }
        if (operator === "/") this.parts.pathsAndData.divided(left, right, result);
        if (operator !== "+") {
          result.add(program.external("value"));
          return result;
        }
        const join = () => {
          for (const one of left.texts().texts)
            for (const two of right.texts().texts) result.add({ kind: "text", text: one + two });
        };
        const lists = this.parts.collections.added(left, right);
        left.each((value) => {
          if (value.kind === "text") return join();
          return result.add(value.kind !== "object" ? program.external("value") : value.isArray ? lists : value);
        });
        right.each((value) => {
          if (value.kind === "text") return join();
          return value.kind === "object" && result.add(value.isArray ? lists : value);
        });
        return result;
      }
      case "lambda": {
        const parameters = field("parameters");
        const declaration = { ...this.parts.statements.site(node, module), name: "lambda", requires: [], provides: [] };
        const body = field("body")!;
        return program.cell(
          this.parts.functions.function(declaration, parameters, scope, module, false, (inner, result) =>
            this.expression(body, inner, module).flowTo(result),
          ),
        );
      }
      case "yield": {
        const [value] = node.namedChildren;
        if (value) {
          const given = of(value);
          (node.text.startsWith("yield from") ? this.parts.calls.iterated(given, node, scope, module) : given).flowTo(
            scope.frame.yields,
          );
        } else scope.frame.yields.add(program.external(nothing));
        return program.cell(program.external("value"));
      }
      case "keyword_argument":
        return of(field("value"));
      default:
        for (const child of node.namedChildren) if (child !== null && child.type !== "comment") of(child);
        return program.cell(program.external("value"));
    }
  }

  string(node: Node, scope: PyScope, module: PyModule): Cell {
    const parts = node.namedChildren.filter(
      (child) => child !== null && (child.type === "string_content" || child.type === "interpolation"),
    );
    const result = this.program.cell();
    const cells = parts.map((part) =>
      part!.type === "interpolation"
        ? this.expression(part!.childForFieldName("expression") ?? part!.namedChildren[0]!, scope, module)
        : part!.text,
    );
    joinTexts(this.program, cells, result);
    return result;
  }
}
