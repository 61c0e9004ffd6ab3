import { ts } from "@ts-morph/common";
import { nothing, returned } from "../../flow/known-paths.js";
import type { Annotation, Declaration } from "../../flow/declaration.js";
import { type Cell, FunctionValue, type Invocation, ObjectValue } from "../../flow/values.js";
import type { Documented } from "../../flow/annotations.js";
import { annotationsOn } from "../documentation.js";
import { jsdocTypesOn } from "../jsdoc-types.js";
import { type Frame, Scope } from "../scope.js";
import { siteOf } from "../places.js";
import { type Fn } from "./generator-context.js";
import { canHaveType } from "./overload-fit.js";
import { Part } from "./part.js";
import { returnsValue } from "./syntax.js";
import { oncePerNode } from "../once-per-node.js";

/** Functions, and what a call does. */
export class Functions extends Part {
  func(
    node: Fn,
    scope: Scope,
    name: string,
    documented?: Documented,
    { home, owner }: { home?: Frame["home"]; owner?: string } = {},
  ): FunctionValue {
    const { file, line } = siteOf(node);
    const { requires, provides } = withMore(annotationsOn(node), documented);
    const fullName = owner === undefined ? name : `${owner}.${name}`;
    const declaration: Declaration = { file, line, name: fullName, requires, provides };
    const { parameters, names } = parametersOf(node);
    const isArrow = ts.isArrowFunction(node);
    const value = new FunctionValue(
      this.program.queue,
      declaration,
      names,
      (invocation) => this.run(node, parameters, scope, declaration, invocation, isArrow, home),
      (placeholder, call) => this.parts.boundArguments.boundTexts(placeholder, parameters, call, scope),
    );
    this.context.register(node, value);
    return value;
  }

  run(
    node: Fn,
    parameters: readonly ts.ParameterDeclaration[],
    outer: Scope,
    declaration: Declaration,
    { receiver, args, spread, result }: Invocation,
    isArrow: boolean,
    home: Frame["home"],
  ): void {
    const program = this.program;
    const isGenerator = (node as ts.FunctionDeclaration).asteriskToken !== undefined;
    const yields = program.cell();
    const frame: Frame = {
      declaration,
      receiver: isArrow ? (outer.frame?.receiver ?? program.cell()) : receiver,
      result: isGenerator ? program.cell() : result,
      yields,
      args: isArrow ? (outer.frame?.args ?? []) : args,
      home: isArrow ? outer.frame?.home : home,
    };
    // If no known code calls a method, `this` is an object of its class. Frameworks call decorated methods this way.
    if (home?.isStatic === false && ts.isMethodDeclaration(node) && ts.isClassLike(node.parent))
      this.context.typed(receiver, { node: node.parent, scope: outer });
    const scope = new Scope(outer, frame);
    for (const { name } of parameters) this.parts.statements.declarePattern(name, scope);
    parameters.forEach((parameter, index) => this.bindParameter(parameter, index, args, spread, scope, receiver));
    if (isGenerator) {
      const made = program.object(true);
      yields.flowTo(made.rest);
      frame.result.flowTo(made.prop(returned));
      result.add(made);
    }
    const { body } = node;
    const type = (node as { type?: ts.TypeNode }).type ?? jsdocTypesOn(ownerOf(node)).returns;
    if (body !== undefined && !ts.isBlock(body)) {
      this.parts.expressions.expression(body, scope).flowTo(result);
      return;
    }
    if (body !== undefined) {
      this.parts.statements.statements(body.statements, scope);
      if (!returnsValue(body)) result.add(program.external(nothing));
    } else if (type === undefined) result.add(program.external("declared"));
    if (type !== undefined) this.context.typed(result, { node: type, scope: outer });
  }

  bindParameter(
    parameter: ts.ParameterDeclaration,
    index: number,
    args: readonly Cell[],
    spread: Cell | undefined,
    scope: Scope,
    receiver: Cell,
  ): void {
    const program = this.program;
    const value = program.cell();
    if (parameter.dotDotDotToken !== undefined) {
      const rest = program.object(true);
      args.slice(index).forEach((arg, at) => arg.flowTo(rest.prop(String(at))));
      spread?.flowTo(rest.rest);
      value.add(rest);
    } else {
      const arg = args[index];
      arg?.flowTo(value);
      spread?.flowTo(value);
      if (parameter.initializer !== undefined) {
        const fallback = () => this.parts.expressions.expression(parameter.initializer!, scope).flowTo(value);
        if (arg === undefined) fallback();
        else {
          let isUsed = false;
          arg.each((each) => {
            if (isUsed || !(each.kind === "external" && each.path === nothing)) return;
            isUsed = true;
            fallback();
          });
        }
      } else if (arg === undefined && spread === undefined) value.add(program.external(nothing));
    }
    this.#inject(parameter, value, scope);
    if (!ts.isIdentifier(parameter.name) && parameter.type !== undefined)
      this.context.typed(value, { node: parameter.type, scope });
    this.parts.patterns.bind(parameter.name, value, scope);
    if (ts.isIdentifier(parameter.name)) {
      const type = parameter.type ?? jsdocTypesOn(ownerOf(parameter.parent)).parameters.get(parameter.name.text);
      if (type !== undefined) this.context.typed(scope.own(parameter.name.text)!, { node: type, scope });
    }
    // `constructor(private store: Store)` creates a property.
    if (ts.isIdentifier(parameter.name) && (ts.getModifiers(parameter) ?? []).length > 0) {
      const { text } = parameter.name;
      receiver.each((self) => self instanceof ObjectValue && scope.own(text)!.flowTo(self.prop(text)));
    }
  }

  /** `@Inject("STORE") store`: a container gives what is registered under the name. */
  #inject(parameter: ts.ParameterDeclaration, value: Cell, scope: Scope): void {
    for (const { expression } of ts.getDecorators(parameter) ?? []) {
      const name = ts.isCallExpression(expression) ? expression.expression.getText() : "";
      const [token] = ts.isCallExpression(expression) ? expression.arguments : [];
      if (token === undefined || !/^inject$/i.test(name)) continue;
      const args = [this.parts.expressions.expression(token, scope)];
      const lookUp = this.program.external("container.inject");
      const { declaration } = scope.frame!;
      this.program.callValue(lookUp, { args, result: value }, declaration, siteOf(parameter), parameter);
    }
  }

  overloads(declarations: readonly Fn[], scope: Scope, name: string): FunctionValue["overloads"] {
    return declarations.map((node) => {
      const documented = annotationsOn(node);
      const declaration: Declaration = { ...siteOf(node), name, ...documented };
      const parameters = node.parameters;
      return {
        declaration,
        fits: (call: Invocation) => {
          const required = parameters.filter(
            ({ questionToken, initializer, dotDotDotToken }) => !questionToken && !initializer && !dotDotDotToken,
          ).length;
          const isVariadic = parameters.some(({ dotDotDotToken }) => dotDotDotToken !== undefined);
          if (
            call.spread === undefined &&
            (call.args.length < required || (!isVariadic && call.args.length > parameters.length))
          )
            return false;
          return parameters.every(
            ({ type }, index) => type === undefined || canHaveType(call.args[index], type, scope),
          );
        },
      };
    });
  }
}

interface Parameters {
  parameters: readonly ts.ParameterDeclaration[];
  /** A pattern has no name. */
  names: readonly (string | undefined)[];
}

/** The parameters of a function, without `this`. */
const parametersOf = oncePerNode((node: Fn): Parameters => {
  const parameters = node.parameters.filter(({ name }) => !ts.isIdentifier(name) || name.text !== "this");
  return { parameters, names: parameters.map(({ name }) => (ts.isIdentifier(name) ? name.text : undefined)) };
});

/** Adds annotations from elsewhere, such as the interface of a function. The same line counts once. */
function withMore(own: Documented, more: Documented | undefined): Documented {
  if (more === undefined) return own;
  const isNew = ({ line, text }: Annotation) => !own.requires.some((each) => each.line === line && each.text === text);
  return {
    requires: [...own.requires, ...more.requires.filter(isNew)],
    provides: [...own.provides, ...more.provides],
  };
}

/** The node whose comment is about a function. For `const f = () => …`, this is the variable. */
function ownerOf(node: ts.SignatureDeclaration): ts.Node {
  const isInitial = ts.isArrowFunction(node) || ts.isFunctionExpression(node);
  const { parent } = node;
  return isInitial && (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) ? parent : node;
}
