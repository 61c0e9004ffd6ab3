import { ts } from "@ts-morph/common";
import { type Cell, FunctionValue, ObjectValue } from "../../flow/values.js";
import { Scope } from "../scope.js";
import { siteOf } from "../places.js";
import { Part } from "./part.js";

/** JSX. A component is called with its attributes. */
export class Jsx extends Part {
  jsx(node: ts.JsxElement | ts.JsxSelfClosingElement | ts.JsxFragment, scope: Scope): Cell {
    const program = this.program;
    const children = ts.isJsxSelfClosingElement(node) ? [] : node.children;
    const props = program.object();
    const inside = children.map((child) => {
      if (ts.isJsxExpression(child))
        return child.expression === undefined
          ? program.cell()
          : this.parts.expressions.expression(child.expression, scope);
      return ts.isJsxText(child) ? program.cell() : this.jsx(child, scope);
    });
    for (const child of inside) child.flowTo(props.prop("children"));
    if (ts.isJsxFragment(node)) return program.cell(program.external("element"));
    const opening = ts.isJsxElement(node) ? node.openingElement : node;
    for (const attribute of opening.attributes.properties) {
      if (ts.isJsxSpreadAttribute(attribute)) {
        this.parts.expressions.expression(attribute.expression, scope).each((value) => {
          if (value instanceof ObjectValue) value.copyNamesTo(props);
        });
      } else {
        const { initializer } = attribute;
        const value =
          initializer === undefined
            ? program.cell(program.external("value"))
            : ts.isStringLiteral(initializer)
              ? program.cell({ kind: "text", text: initializer.text })
              : ts.isJsxExpression(initializer)
                ? initializer.expression === undefined
                  ? program.cell()
                  : this.parts.expressions.expression(initializer.expression, scope)
                : this.jsx(initializer, scope);
        value.flowTo(props.prop(attribute.name.getText()));
      }
    }
    const tag = opening.tagName;
    const result = program.cell(program.external("element"));
    if (ts.isIdentifier(tag) && /^[a-z]/.test(tag.text)) {
      program.passToUnknownCode(program.cell(props), scope.frame!.declaration, siteOf(node));
      return result;
    }
    const component = this.parts.expressions.expression(tag as ts.Expression, scope);
    const given = program.cell(props);
    component.each((value) => {
      if (!(value instanceof FunctionValue)) return;
      const isClass = value.construct !== undefined;
      const made = program.cell();
      program.callValue(value, { args: [given], result: made }, scope.frame!.declaration, siteOf(node), node, isClass);
      if (!isClass) return;
      given.each((each) => made.each((self) => self instanceof ObjectValue && self.prop("props").add(each)));
      for (const name of ["render", "componentDidMount"])
        this.parts.calls.call(
          this.parts.names.property(made, name, node, scope),
          { receiver: made, args: [], result: program.cell() },
          node,
          scope,
          { isOptional: true },
        );
    });
    return result;
  }
}
