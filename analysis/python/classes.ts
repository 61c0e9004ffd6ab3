import { type Node } from "web-tree-sitter";
import type { Declaration } from "../flow/declaration.js";
import { type Cell, FunctionValue, ObjectValue } from "../flow/values.js";
import { decoratorName, decoratorsOf, documentedBy } from "./annotations.js";
import type { CallShape } from "../flow/call-records.js";
import { callHooks } from "../flow/hooks.js";
import { Part } from "./part.js";
import { methodOf, type PyFrame, type PyModule, PyScope, shownName } from "./python-scope.js";

/** Classes and their instances. */
export class Classes extends Part {
  /** The list that `__subclasses__()` returns. */
  subclasses(base: FunctionValue): ObjectValue {
    let list = this.state.subclasses.get(base);
    if (list === undefined) this.state.subclasses.set(base, (list = this.program.object(true)));
    return list;
  }

  /** Where `super()` in the methods of a class looks. */
  supersOf(type: FunctionValue): Cell {
    let cell = this.state.supers.get(type);
    if (cell === undefined) this.state.supers.set(type, (cell = this.program.cell()));
    return cell;
  }

  class(node: Node, name: string, decorators: readonly Node[], scope: PyScope, module: PyModule, outer: Node): void {
    const program = this.program;
    const parsed = this.parts.modules.parse(module.file) as { lines: string[] };
    const shown = shownName(module.file);
    const body = node.childForFieldName("body")!;
    const declaration: Declaration = {
      ...this.parts.statements.site(node, module),
      name,
      ...documentedBy(body, parsed.lines, outer.startPosition.row, shown),
    };
    const type: FunctionValue = new FunctionValue(
      program.queue,
      declaration,
      [],
      () => undefined,
      (placeholder, call) => {
        const init = methodOf(type.prototype, "__init__");
        return init?.boundTexts?.(placeholder, call);
      },
    );
    const bases = program.cell();
    const ordered = (node.childForFieldName("superclasses")?.namedChildren ?? []).flatMap((base) =>
      base === null || base.type === "keyword_argument" || base.type === "comment"
        ? []
        : [this.parts.expressions.expression(base, scope, module)],
    );
    this.state.orderedBases.set(type, ordered);
    ordered.forEach((cell, index) => {
      cell.flowTo(bases);
      // In an object of this class, `super()` of one base finds the bases after it.
      cell.each((base) => {
        if (base instanceof FunctionValue)
          for (const later of ordered.slice(index + 1)) later.flowTo(this.supersOf(base));
      });
    });
    const supers = this.supersOf(type);
    bases.flowTo(supers);
    bases.each((base) => {
      type.protos.add(base);
      if (base instanceof FunctionValue) this.subclasses(base).rest.add(type);
      if (base instanceof FunctionValue) {
        type.prototype.protos.add(base.prototype);
        // A class inherits the requirements of its base.
        program.reach(declaration, base.declaration, base.declaration.name, this.parts.statements.site(node, module));
      } else if (base.kind === "external") type.prototype.protos.add(program.external(`${base.path}()`));
    });
    const metas = this.#metaclasses(node, type, bases, scope, module);
    const callMeta = (method: string, from: Declaration, call: Partial<CallShape> = {}) =>
      metas.each((meta) => {
        const value = meta instanceof FunctionValue ? methodOf(meta.prototype, method) : undefined;
        const shape = { receiver: program.cell(type), args: [], result: program.cell(), ...call };
        if (value !== undefined) program.callValue(value, shape, from, value.declaration, node);
      });
    for (const method of ["__prepare__", "__new__", "__init__"]) callMeta(method, scope.frame.declaration);
    const names = new Map<string, Cell>();
    const frame: PyFrame = {
      declaration: scope.frame.declaration,
      result: program.cell(),
      yields: program.cell(),
      self: undefined,
      bases: supers,
    };
    const inner = new PyScope(scope, frame, names);
    const methodScope = new PyScope(scope, { ...scope.frame, bases: supers });
    for (const child of body.namedChildren) {
      if (child === null) continue;
      const definition = child.type === "decorated_definition" ? child.childForFieldName("definition")! : child;
      if (definition.type === "function_definition") {
        this.parts.definitions.define(definition, decoratorsOf(child), methodScope, module, child, {
          type,
          bases: supers,
        });
        const method = definition.childForFieldName("name")!.text;
        // The rest of the body can use the method by its name.
        this.parts.statements.assignName(method, type.prototype.prop(method), inner);
      } else this.parts.statements.statement(child, inner, module);
    }
    this.state.marks.set(type, this.parts.definitions.marksOf(decorators.map((each) => decoratorName(each))));
    const ofTests = names.get("pytestmark");
    if (ofTests !== undefined) this.parts.marks.apply(ofTests, type);
    for (const [each, cell] of names) {
      cell.flowTo(type.prototype.prop(each));
      cell.flowTo(type.prop(each));
      type.prototype.declared.add(each);
      type.declared.add(each);
    }
    bases.each((base) => {
      if (base.kind === "external" && /Enum$|(?:^|\.)Flag$/.test(base.path)) this.#makeMembers(type, names);
      if (base instanceof FunctionValue && this.state.enums.has(base)) this.#makeMembers(type, names);
    });
    type.construct = (call) => {
      const self = call.receiver;
      this.state.enums.get(type)?.flowTo(call.result);
      bases.each(
        (base) =>
          base.kind === "external" &&
          !/TestCase/.test(base.path) &&
          callHooks(program, type, self, declaration, declaration),
      );
      const own = (method: string, args: Partial<CallShape>) =>
        program.read(self, method, declaration, declaration, node).each((value) => {
          if (value instanceof FunctionValue)
            program.callValue(
              value,
              { args: [], result: program.cell(), ...args },
              declaration,
              value.declaration,
              node,
            );
        });
      callMeta("__call__", declaration, { args: call.args, spread: call.spread, named: call.named });
      if (this.state.special.has("__new__"))
        own("__new__", { receiver: program.cell(type), args: call.args, spread: call.spread, named: call.named });
      own("__init__", { receiver: self, args: call.args, spread: call.spread, named: call.named });
      if (hasFields(type)) {
        fieldsOf(type).forEach((each, index) =>
          self.each(
            (value) =>
              value instanceof ObjectValue && (call.named?.get(each) ?? call.args[index])?.flowTo(value.prop(each)),
          ),
        );
        for (const name of ["__post_init__", "__attrs_post_init__"]) own(name, { receiver: self });
      }
    };
    this.state.fields.set(
      type,
      body.namedChildren.flatMap((child) =>
        child?.type === "expression_statement" && child.namedChildren[0]?.type === "assignment"
          ? [child.namedChildren[0].childForFieldName("left")!.text]
          : [],
      ),
    );
    const isMade = decorators.some((each) =>
      /(^|\.)(dataclass|s|attrs|define|frozen|mutable)$/.test(decoratorName(each)),
    );
    const withBases = (each: FunctionValue): FunctionValue[] => {
      const found = new Set([each]);
      for (const one of found) for (const base of one.protos.values) if (base instanceof FunctionValue) found.add(base);
      return [...found];
    };
    // Dataclasses, attrs classes, named tuples and models take their fields as arguments.
    const hasFields = (each: FunctionValue) =>
      isMade ||
      withBases(each).some((one) =>
        one.protos.values.some((base) => base.kind === "external" && /(NamedTuple|BaseModel)$/.test(base.path)),
      );
    const fieldsOf = (each: FunctionValue) =>
      withBases(each)
        .reverse()
        .flatMap((one) => this.state.fields.get(one) ?? []);
    const cell = program.cell(type);
    if (this.state.special.has("__init_subclass__")) this.#tellBases(node, type, bases, scope, module);
    for (const decorator of [...decorators].reverse())
      this.parts.definitions.decorate(decorator, declaration, type, cell, scope, module);
    this.parts.statements.assignName(name, cell, scope);
    const isCase = /(^|[\s(,.])(\w*TestCase|Test)\b/.test(node.childForFieldName("superclasses")?.text ?? "");
    if (scope !== module.scope) return;
    if (name.startsWith("Test") || isCase) module.classes.set(name, type);
    else module.otherClasses.set(name, type);
  }

  /** The members of an enum are objects of the class, with their names and values. */
  #makeMembers(type: FunctionValue, names: ReadonlyMap<string, Cell>): void {
    const { program } = this;
    const members = this.state.enums.get(type) ?? program.cell();
    this.state.enums.set(type, members);
    const fields = new Set(this.state.fields.get(type));
    for (const [name, cell] of names) {
      if (!fields.has(name)) continue;
      const made = program.object();
      made.protos.add(type.prototype);
      cell.flowTo(made.prop("value"));
      made.prop("name").add({ kind: "text", text: name });
      for (const known of ["name", "value"]) made.declared.add(known);
      members.add(made);
      type.prop(name).add(made);
    }
  }

  /** The metaclasses of a class: its own, and those of its bases. */
  #metaclasses(node: Node, type: FunctionValue, bases: Cell, scope: PyScope, module: PyModule): Cell {
    const metas = this.program.cell();
    this.state.metaclasses.set(type, metas);
    for (const child of node.childForFieldName("superclasses")?.namedChildren ?? [])
      if (child?.type === "keyword_argument" && child.childForFieldName("name")!.text === "metaclass")
        this.parts.expressions.expression(child.childForFieldName("value")!, scope, module).flowTo(metas);
    bases.each((base) => {
      if (base instanceof FunctionValue) this.state.metaclasses.get(base)?.flowTo(metas);
    });
    return metas;
  }

  /** Calls `__init_subclass__` of the bases. */
  #tellBases(node: Node, type: FunctionValue, bases: Cell, scope: PyScope, module: PyModule): void {
    const { declaration } = scope.frame;
    const named = new Map<string, Cell>();
    for (const child of node.childForFieldName("superclasses")?.namedChildren ?? [])
      if (child?.type === "keyword_argument")
        named.set(
          child.childForFieldName("name")!.text,
          this.parts.expressions.expression(child.childForFieldName("value")!, scope, module),
        );
    bases.each((base) => {
      if (!(base instanceof FunctionValue)) return;
      const method = this.program.read(
        this.program.cell(base),
        "__init_subclass__",
        declaration,
        type.declaration,
        node,
      );
      const shape = { receiver: this.program.cell(type), args: [], named, result: this.program.cell() };
      method.each((value) => this.program.callValue(value, shape, declaration, type.declaration, node));
    });
  }
}
