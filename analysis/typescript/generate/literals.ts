import { ts } from "ts-morph";
import { type Cell, FunctionValue, ObjectValue } from "../../flow/values.js";
import { annotationsOn } from "../documentation.js";
import { Scope } from "../scope.js";
import { Part } from "./part.js";
import { isFunctionLike, nameOf, skipOuter } from "./syntax.js";

/** Objects and texts that stand in the code. */
export class Literals extends Part {
  objectLiteral(node: ts.ObjectLiteralExpression, scope: Scope): ObjectValue {
    const program = this.program;
    const made = program.object();
    const self = program.cell(made);
    for (const property of node.properties) {
      if (ts.isSpreadAssignment(property)) {
        this.parts.expressions.expression(property.expression, scope).each((value) => {
          if (!(value instanceof ObjectValue)) return;
          value.eachName((name, cell) => cell.flowTo(made.prop(name)));
          value.rest.flowTo(made.rest);
        });
        continue;
      }
      const name = this.memberName(property.name, scope);
      const documented = annotationsOn(property, this.context.source, this.context.file, property);
      const label = name ?? "property";
      if (ts.isMethodDeclaration(property)) {
        const value = this.parts.functions.func(property, scope, label, documented, {
          home: { parents: made.protos, isStatic: true },
        });
        if (name === undefined) made.rest.add(value);
        else {
          made.prop(name).add(value);
          made.declared.add(name);
        }
      } else if (ts.isGetAccessorDeclaration(property) && name !== undefined)
        made.getters.set(name, this.parts.functions.func(property, scope, label, documented));
      else if (ts.isSetAccessorDeclaration(property) && name !== undefined)
        made.setters.set(name, this.parts.functions.func(property, scope, label, documented));
      else if (ts.isPropertyAssignment(property) || ts.isShorthandPropertyAssignment(property)) {
        const value = ts.isPropertyAssignment(property)
          ? this.parts.expressions.expression(property.initializer, scope, label, documented)
          : this.parts.names.name(property.name.text, property.name, scope);
        if (name === "__proto__") value.flowTo(made.protos);
        else if (name === undefined) value.flowTo(made.rest);
        else {
          value.flowTo(made.prop(name));
          made.declared.add(name);
          const isFunction = ts.isPropertyAssignment(property) && isFunctionLike(skipOuter(property.initializer));
          if (documented.requires.length + documented.provides.length > 0 && !isFunction)
            made.annotated.set(name, { ...this.site(property), name, ...documented });
        }
      }
    }
    void self;
    return made;
  }

  /** Undefined if it is computed and not known. */
  memberName(name: ts.PropertyName, scope: Scope): string | undefined {
    if (!ts.isComputedPropertyName(name)) return nameOf(name);
    const { expression } = name;
    if (
      ts.isPropertyAccessExpression(expression) &&
      ts.isIdentifier(expression.expression) &&
      expression.expression.text === "Symbol"
    )
      return `@@${expression.name.text}`;
    const cell = this.parts.expressions.expression(expression, scope);
    // The name must be known now: members are found by it.
    this.program.queue.drain();
    // Names of members are constants that stand before them.
    const { texts } = { texts: this.constantTexts(expression, scope) ?? cell.texts().texts };
    return texts.length === 1 ? texts[0] : undefined;
  }

  constantTexts(expression: ts.Expression, scope: Scope): string[] | undefined {
    const node = skipOuter(expression);
    if (ts.isStringLiteralLike(node)) return [node.text];
    if (!ts.isIdentifier(node)) return undefined;
    const found = scope.find(node.text)?.texts();
    return found !== undefined && found.texts.length > 0 ? found.texts : undefined;
  }

  template(node: ts.TemplateExpression, scope: Scope): Cell {
    const result = this.program.cell();
    const parts: (string | Cell)[] = [node.head.text];
    for (const span of node.templateSpans)
      parts.push(this.parts.expressions.expression(span.expression, scope), span.literal.text);
    this.joinTexts(parts, result);
    for (const part of parts) if (typeof part !== "string") this.converted(part, node, scope);
    return result;
  }

  /** An object that becomes a text runs its `toString`. */
  converted(value: Cell, node: ts.Node, scope: Scope): void {
    value.each((each) => {
      if (!(each instanceof ObjectValue) || each instanceof FunctionValue || each.isArray) return;
      for (const name of ["toString", "@@toPrimitive", "valueOf"])
        this.parts.names.callOwn(this.program.cell(each), name, [], node, scope);
    });
  }

  /** All texts that the parts can make; also says if there are others. */
  joinTexts(parts: readonly (string | Cell)[], result: Cell): void {
    const again = () => {
      let made = [""];
      for (const part of parts) {
        const next = typeof part === "string" ? [part] : part.texts().texts;
        made = made.flatMap((left) => next.map((right) => left + right)).slice(0, 256);
      }
      for (const text of made) if (text.length <= 1_000) result.add({ kind: "text", text });
    };
    const cells = parts.filter((part) => typeof part !== "string");
    if (cells.length === 0) again();
    for (const cell of cells)
      cell.each((value) => (value.kind === "text" ? again() : result.add(this.program.external("text"))));
  }
}
