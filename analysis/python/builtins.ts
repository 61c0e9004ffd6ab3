import type { Site } from "../flow/declaration.js";
import { type Cell, FunctionValue, ObjectValue } from "../flow/values.js";
import { nothing } from "../flow/known-paths.js";
import { callingBuiltins } from "./operators.js";
import { Part } from "./part.js";

const looksOnly =
  /^(?:print|callable|hasattr|isinstance|issubclass|type|id|vars|dir|(?:pprint|logging|logger|copy)\.\w+|(?:.*\.)?mock\.(?:Mock|MagicMock)|(?:.*\.)?patch(?:\.object)?|argument\.setattr)$/;

/** The built-in functions of Python. */
export class Builtins extends Part {
  defineBuiltins(): void {
    const program = this.program;
    const define = (name: string, call: (args: readonly Cell[], result: Cell, at: Site) => void) =>
      this.state.builtins.set(name, program.builtin(name, call));
    const { root } = this.state;
    define("getattr", ([object, name, fallback], result, at) => {
      name?.each((text) => {
        if (object === undefined) return;
        if (text.kind === "text") program.load(object, text.text, result, root, at, {});
        else program.elements(object, result);
      });
      fallback?.flowTo(result);
    });
    define("setattr", ([object, name, value]) =>
      object?.each(
        (each) =>
          each instanceof ObjectValue &&
          name?.each((text) => value?.flowTo(text.kind === "text" ? each.prop(text.text) : each.rest)),
      ),
    );
    define("property", ([get], result) => result.add(this.#property(get)));
    for (const name of ["set", "iter", "reversed", "frozenset"])
      define(name, ([all], result) => result.add(program.list(all)));
    // The order is kept, because it matters for the arguments of programs.
    for (const name of ["list", "tuple"])
      define(name, ([all], result) => {
        const made = program.object(true);
        all?.each((value) => {
          if (!(value instanceof ObjectValue) || !value.isArray)
            return program.elements(program.cell(value), made.rest);
          value.copyNamesTo(made);
          value.rest.flowTo(made.rest);
        });
        result.add(made);
      });
    for (const [name, method] of Object.entries(callingBuiltins))
      define(name, ([value], result, at) => {
        result.add(program.external("value"));
        if (name === "str") value?.each((each) => each.kind === "text" && result.add(each));
        if (!this.state.special.has(method)) return;
        value?.each((each) => {
          if (!(each instanceof ObjectValue) || each.isArray || each instanceof FunctionValue) return;
          const self = program.cell(each);
          program.read(self, method, root, at, each).each((found) => {
            if (found instanceof FunctionValue)
              program.callValue(found, { receiver: self, args: [], result }, root, at, each);
          });
        });
      });
    define("next", ([all], result) => all !== undefined && program.elements(all, result));
    define("enumerate", ([all], result) => {
      const made = program.object(true);
      made.rest.add(program.array(program.cell(program.external("number")), program.list(all).rest));
      result.add(made);
    });
    define("zip", (lists, result) => {
      const made = program.object(true);
      made.rest.add(program.array(...lists.map((list) => program.elementsOf(list))));
      result.add(made);
    });
    for (const name of ["map", "filter"])
      define(name, ([callback, ...lists], result, at) => {
        const made = program.object(true);
        const args = lists.map((list) => program.elementsOf(list));
        const key = {};
        callback?.each((value) =>
          program.callValue(value, { args, result: name === "map" ? made.rest : program.cell() }, root, at, key),
        );
        if (name === "filter") args[0]?.flowTo(made.rest);
        result.add(made);
      });
    program.onMissing = (value, name) => this.member(value, name);
    program.neverCallsArguments = looksOnly;
  }

  /** What `property(get)` makes: reading it calls `get`. */
  #property(get: Cell | undefined): ObjectValue {
    const { program, state } = this;
    const made = program.object();
    const read = ([owner]: readonly Cell[], result: Cell, at: Site) =>
      get?.each((value) => {
        const isMethod = value instanceof FunctionValue && state.methods.has(value);
        const args = isMethod || owner === undefined ? [] : [owner];
        program.callValue(value, { receiver: owner, args, result }, state.root, at, value);
      });
    made.prop("__get__").add(program.builtin("__get__", read));
    state.special.add("__get__");
    return made;
  }

  /** Methods of lists and dictionaries. */
  member(value: ObjectValue, name: string) {
    const program = this.program;
    const self = program.cell(value);
    if (value instanceof FunctionValue && name === "__subclasses__")
      return program.builtin(name, (_args, result) => result.add(this.parts.classes.subclasses(value)));
    if (value instanceof FunctionValue)
      return name === "register"
        ? program.builtin(name, (args, result) => this.parts.standardLibrary.register(value, args, result))
        : undefined;
    if (/^(?:\d+|__\w+__)$/.test(name)) return undefined;
    switch (name) {
      case "append":
      case "add":
      case "insert":
      case "extend":
        return value.isArray
          ? program.builtin(name, (args) => {
              const last = args.at(-1);
              if (name === "extend" && last !== undefined) program.elements(last, value.rest);
              else last?.flowTo(value.rest);
            })
          : undefined;
      case "pop":
      case "values":
      case "get":
      case "setdefault":
        if (!value.isArray && !this.state.dictionaries.has(value)) return undefined;
        return program.builtin(name, ([key, fallback], result) => {
          if (name === "values") result.add(program.list(self));
          else {
            key?.each((text) => text.kind === "text" && value.prop(text.text).flowTo(result));
            if (key === undefined) program.elements(self, result);
            fallback?.flowTo(result);
          }
        });
      case "items":
        if (!this.state.dictionaries.has(value)) return undefined;
        return program.builtin(name, (_args, result) => {
          const made = program.object(true);
          value.eachName((key, cell) => made.rest.add(program.array(program.cell({ kind: "text", text: key }), cell)));
          result.add(made);
        });
      case "sort":
        return value.isArray
          ? program.builtin(name, (args, result, at) => {
              for (const arg of args) program.passToUnknownCode(arg, this.state.root, at);
              result.add(program.external(nothing));
            })
          : undefined;
      case "update":
        return program.builtin(name, ([other]) =>
          other?.each((each) => each instanceof ObjectValue && each.copyNamesTo(value)),
        );
      default:
        return value.isArray || this.state.dictionaries.has(value)
          ? program.builtin(name, (_args, result) => result.add(program.external("value")))
          : undefined;
    }
  }
}
