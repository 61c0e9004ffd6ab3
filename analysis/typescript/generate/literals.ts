import { ts } from "@ts-morph/common";
import { type Cell, FunctionValue, ObjectValue } from "../../flow/values.js";
import { isAnnotated } from "../../flow/annotations.js";
import { joinTexts } from "../../flow/texts.js";
import { annotationsOn, together } from "../documentation.js";
import { Scope } from "../scope.js";
import { siteOf } from "../places.js";
import { contractsOf, declaredFor } from "./contracts.js";
import { Part } from "./part.js";
import { isFunctionLike, nameOf, skipOuter } from "./syntax.js";

/** Literals: objects and texts in the code. */
export class Literals extends Part {
  objectLiteral(node: ts.ObjectLiteralExpression, scope: Scope): ObjectValue {
    const program = this.program;
    const made = program.object();
    const contracts = contractsOf(declaredFor(node), scope);
    for (const [index, property] of node.properties.entries()) {
      if (ts.isSpreadAssignment(property)) {
        const later = namesIn(node.properties.slice(index + 1));
        this.parts.expressions.expression(property.expression, scope).each((value) => {
          if (!(value instanceof ObjectValue)) return;
          value.copyNamesTo(made, later);
          value.rest.flowTo(made.rest);
        });
        continue;
      }
      const name = this.memberName(property.name, scope);
      const documented = together([annotationsOn(property), ...(name === undefined ? [] : [contracts(name)])]);
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
          if (isAnnotated(documented) && !isFunction)
            made.annotated.set(name, { ...siteOf(property), name, ...documented });
        }
      }
    }
    return made;
  }

  /** The name of a member; undefined if it is computed and not known. */
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
    // The name must be known now, because members are found by their names.
    this.program.queue.drain();
    const { texts } = cell.texts();
    return texts.length === 1 ? texts[0] : undefined;
  }

  /** The rows of a `test.each` table: names, then values, separated by bars. Undefined for other templates. */
  table(node: ts.TemplateLiteral, scope: Scope): ObjectValue | undefined {
    if (!ts.isTemplateExpression(node)) return undefined;
    const [heading = ""] = node.head.text.trim().split("\n");
    const names = heading.split("|").map((name) => name.trim());
    const spans = node.templateSpans;
    const isTable = names.every((name) => /^\w+$/.test(name)) && spans.length % names.length === 0;
    const hasBars = spans.every(({ literal }, index) =>
      (index + 1) % names.length === 0 ? !literal.text.includes("|") : literal.text.trim() === "|",
    );
    if (!isTable || !hasBars || !node.head.text.includes("\n")) return undefined;
    const rows = this.program.object(true);
    for (let start = 0; start < spans.length; start += names.length) {
      const row = this.program.object();
      names.forEach((name, index) =>
        this.parts.expressions.expression(spans[start + index]!.expression, scope).flowTo(row.prop(name)),
      );
      rows.rest.add(row);
    }
    return rows;
  }

  template(node: ts.TemplateExpression, scope: Scope): Cell {
    const result = this.program.cell();
    const parts: (string | Cell)[] = [node.head.text];
    for (const span of node.templateSpans)
      parts.push(this.parts.expressions.expression(span.expression, scope), span.literal.text);
    joinTexts(this.program, parts, result);
    for (const part of parts) if (typeof part !== "string") this.converted(part, node, scope);
    return result;
  }

  /** Calls `toString` and the like of an object that is converted to a text or number. */
  converted(value: Cell, node: ts.Node, scope: Scope): void {
    value.each((each) => {
      if (!(each instanceof ObjectValue) || each instanceof FunctionValue || each.isArray) return;
      for (const name of ["toString", "@@toPrimitive", "valueOf"])
        this.parts.names.callOwn(this.program.cell(each), name, [], node, scope);
    });
  }
}

/** The known names of properties. */
function namesIn(properties: readonly ts.ObjectLiteralElementLike[]): ReadonlySet<string> {
  return new Set(
    properties.flatMap(({ name }) => {
      const own = name === undefined ? undefined : nameOf(name);
      return own === undefined ? [] : [own];
    }),
  );
}
