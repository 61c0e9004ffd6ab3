import { ts } from "@ts-morph/common";
import { dirname } from "node:path";
import { nothing } from "../../flow/known-paths.js";
import { absoluteInSource } from "../../flow/source-paths.js";
import { type Cell, FunctionValue, ObjectValue, type Value } from "../../flow/values.js";
import { Scope } from "../scope.js";
import { nameOfFile, siteOf } from "../places.js";
import { Part } from "./part.js";

/** Finds the values of names and properties. */
export class Names extends Part {
  /** A promise is treated as the value that it resolves to. Only a `then` method of the source is called. */
  awaited(value: Cell, node: ts.Node, scope: Scope): Cell {
    const result = this.program.cell();
    value.each((each) => {
      result.add(each);
      if (!(each instanceof ObjectValue) || each.isArray || each instanceof FunctionValue) return;
      const resolve = this.program.builtin("resolve", ([given]) => given?.flowTo(result));
      this.callOwn(this.program.cell(each), "then", [this.program.cell(resolve)], node, scope);
    });
    return result;
  }

  name(name: string, node: ts.Node, scope: Scope): Cell {
    const home = scope.home(name);
    if (home === undefined) {
      if (name === "undefined") return this.program.cell(this.program.external(nothing));
      if (name === "__dirname" || name === "__filename") return this.program.cell(this.place(name, node));
      if (name === "module" || name === "exports" || name === "arguments" || name === "require")
        return this.special(name, node, scope);
      const value = this.program.cell(this.context.language.global(name));
      this.context.language.assignedGlobal(name).flowTo(value);
      return value;
    }
    const annotated = home.annotationOf(name);
    if (annotated !== undefined) this.program.reach(scope.frame!.declaration, annotated, name, siteOf(node));
    return home.own(name)!;
  }

  /** The value of `__dirname`, `import.meta.url` and the like in a file. */
  place(name: string, node: ts.Node): Value {
    const path = absoluteInSource(nameOfFile(node.getSourceFile()));
    switch (name) {
      case "__dirname":
      case "dirname":
        return { kind: "text", text: dirname(path) };
      case "url":
        return { kind: "text", text: `file://${path}` };
      case "__filename":
      case "filename":
        return { kind: "text", text: path };
      default:
        return this.program.external(`import.meta.${name}`);
    }
  }

  special(name: string, node: ts.Node, scope: Scope): Cell {
    const { program } = this;
    if (name === "exports") return this.context.exportsOf(node);
    if (name === "module") {
      const moduleExports = this.context.exportsOf(node);
      const made = program.object();
      moduleExports.flowTo(made.prop("exports"));
      made.prop("exports").flowTo(moduleExports);
      return program.cell(made);
    }
    if (name === "arguments") {
      const made = program.object(true);
      scope.frame!.args.forEach((arg, index) => arg.flowTo(made.prop(String(index))));
      return program.cell(made);
    }
    const declaration = scope.frame!.declaration;
    return program.cell(
      program.builtin("require", ([specifier], result, at) =>
        specifier?.each((each) => {
          if (each.kind === "text") this.context.load(each.text, node, declaration, at).flowTo(result);
          else
            program.notes.push({ reason: "a module is required by a name that is not known", at, from: declaration });
        }),
      ),
    );
  }

  property(object: Cell, name: string, node: ts.Node, scope: Scope): Cell {
    return this.program.read(object, name, scope.frame!.declaration, siteOf(node), node);
  }

  /** `super[name]` */
  superElement(node: ts.ElementAccessExpression, scope: Scope): Cell {
    const result = this.program.cell();
    this.parts.expressions
      .expression(node.argumentExpression, scope)
      .each((key) => key.kind === "text" && this.superProperty(key.text, node, scope).flowTo(result));
    return result;
  }

  superProperty(name: string, node: ts.Node, scope: Scope): Cell {
    const { home, receiver } = scope.frame!;
    const result = this.program.cell();
    home?.parents.each((parent) => {
      const from = parent instanceof FunctionValue && !home.isStatic ? parent.prototype : parent;
      receiver.each((self) =>
        this.program.loadFrom(from, self, name, result, scope.frame!.declaration, siteOf(node), node),
      );
      this.program.loadFrom(from, from, name, result, scope.frame!.declaration, siteOf(node), node);
    });
    return result;
  }

  /** `object[key]`: the property with this name if the key is known, otherwise all elements. */
  dynamic(object: Cell, key: Cell, node: ts.Node, scope: Scope): Cell {
    const result = this.program.cell();
    let takesAll = false;
    const all = () => {
      if (takesAll) return;
      takesAll = true;
      object.each((each) => {
        if (each instanceof ObjectValue) this.program.elements(this.program.cell(each), result);
        else if (each.kind === "external") result.add(this.program.external(`${each.path}[]`));
      });
    };
    key.each((each) => {
      if (each.kind === "text") this.property(object, each.text, node, scope).flowTo(result);
      else if (each.kind === "external" && each.path.startsWith("Symbol."))
        this.property(object, `@@${each.path.slice("Symbol.".length)}`, node, scope).flowTo(result);
      else all();
    });
    return result;
  }

  /** Calls a method if the source defines it. @returns its results */
  callOwn(object: Cell, name: string, args: readonly Cell[], node: ts.Node, scope: Scope): Cell {
    const result = this.program.cell();
    this.property(object, name, node, scope).each((method) => {
      if (method instanceof FunctionValue)
        this.program.callValue(
          method,
          { receiver: object, args, result },
          scope.frame!.declaration,
          siteOf(node),
          node,
        );
    });
    return result;
  }
}
