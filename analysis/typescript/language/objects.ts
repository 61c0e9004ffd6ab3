import { type Cell, FunctionValue, ObjectValue, type Site, type Value } from "../../flow/values.js";
import { type Call } from "./method-names.js";
import { Part } from "./part.js";

/** Objects of the language whose functions matter, as far as they matter. */
export class Objects extends Part {
  /** Puts pairs of a name and a value into an object. */
  fill(made: ObjectValue, pairs: Cell | undefined, at: Site): void {
    const { program } = this;
    if (pairs === undefined) return;
    program.elementsOf(pairs).each((pair) => {
      const key = this.parts.members.load(program.cell(pair), "0", at);
      const value = this.parts.members.load(program.cell(pair), "1", at);
      key.each((text) => value.flowTo(text.kind === "text" ? made.prop(text.text) : made.rest));
    });
  }

  global(name: string): Value {
    return this.state.globals.get(name) ?? this.program.external(name);
  }

  /** Objects of the language whose functions matter, as far as they matter. */
  define(): void {
    const program = this.program;
    const functions = (owner: string, members: Record<string, Call>): ObjectValue => {
      const made = program.object();
      made.protos.add(program.external(owner));
      for (const [name, call] of Object.entries(members)) {
        made.prop(name).add(program.builtin(`${owner}.${name}`, call));
        made.declared.add(name);
      }
      this.state.globals.set(owner, made);
      return made;
    };
    const same: Call = ([value], result) => value?.flowTo(result);
    const each = (cell: Cell | undefined, callback: (value: ObjectValue) => void) =>
      cell?.each((value) => value instanceof ObjectValue && callback(value));
    const first: Call = ([list], result) => list !== undefined && program.elements(list, result);

    functions("Object", {
      keys: ([object], result) => each(object, (value) => result.add(this.parts.members.names(value))),
      getOwnPropertyNames: ([object], result) => each(object, (value) => result.add(this.parts.members.names(value))),
      values: ([object], result) => result.add(program.list(object)),
      entries: ([object], result, at) =>
        each(object, (value) => this.parts.members.ofAny(value, "entries")!([], result, at)),
      fromEntries: ([pairs], result, at) => {
        const made = program.object();
        this.fill(made, pairs, at);
        result.add(made);
      },
      assign: ([target, ...others], result) => {
        target?.flowTo(result);
        each(target, (into) => {
          for (const other of others)
            each(other, (value) => {
              value.copyNamesTo(into);
              value.rest.flowTo(into.rest);
              // Getters give what they give when they are copied.
              into.protos.add(value);
            });
        });
      },
      create: ([proto], result) => {
        const made = program.object();
        proto?.flowTo(made.protos);
        result.add(made);
      },
      setPrototypeOf: ([target, proto], result) => {
        each(target, (value) => proto?.flowTo(value.protos));
        target?.flowTo(result);
      },
      getPrototypeOf: ([target], result) => each(target, (value) => value.protos.flowTo(result)),
      defineProperty: ([target, name, descriptor], result, at) => {
        target?.flowTo(result);
        each(target, (value) =>
          name?.each((text) => {
            const into = text.kind === "text" ? value.prop(text.text) : value.rest;
            if (descriptor === undefined) return;
            this.parts.members.load(descriptor, "value", at).flowTo(into);
            const getter = this.parts.members.load(descriptor, "get", at);
            getter.each(
              (found) => found instanceof FunctionValue && text.kind === "text" && value.getters.set(text.text, found),
            );
          }),
        );
      },
      freeze: same,
      seal: same,
      preventExtensions: same,
    });
    functions("JSON", {
      stringify: ([value], result, at) => {
        this.parts.members.convert(value, ["toJSON"], at);
        each(value, (object) => object.eachName((_name, cell) => this.parts.members.convert(cell, ["toJSON"], at)));
        result.add(program.external("value"));
      },
    });
    functions("Reflect", {
      apply: ([callee, self, list], result, at) =>
        this.parts.members.invoke(callee, this.parts.members.positions(list, at), result, at, self),
      construct: ([callee, list], result, at) => {
        const key = {};
        callee?.each((value) =>
          program.callValue(
            value,
            { args: this.parts.members.positions(list, at), result },
            this.state.from(),
            at,
            key,
            true,
          ),
        );
      },
      get: ([object, key], result, at) => {
        if (object === undefined) return;
        key?.each((each) => {
          if (each.kind === "text") this.parts.members.load(object, each.text, at).flowTo(result);
          else program.elements(object, result);
        });
      },
      set: ([object, key, value]) =>
        each(object, (target) =>
          key?.each((text) => value?.flowTo(text.kind === "text" ? target.prop(text.text) : target.rest)),
        ),
      ownKeys: ([object], result) => each(object, (value) => result.add(this.parts.members.names(value))),
      getPrototypeOf: ([target], result) => each(target, (value) => value.protos.flowTo(result)),
    });
    const promise = functions("Promise", {
      resolve: same,
      reject: (_args, result) => result.add(program.external("value")),
      all: same,
      allSettled: ([list], result) => {
        const made = program.object(true);
        const settled = program.object();
        if (list !== undefined) program.elements(list, settled.prop("value"));
        made.rest.add(settled);
        result.add(made);
      },
      race: first,
      any: first,
      withResolvers: (_args, result) => {
        const made = program.object();
        made.prop("resolve").add(program.builtin("resolve", ([value]) => value?.flowTo(made.prop("promise"))));
        made.prop("reject").add(program.builtin("reject", () => undefined));
        result.add(made);
      },
    });
    const constructible = (name: string, statics: ObjectValue | undefined, make: Call) => {
      const value = program.builtin(name, make);
      // A builtin has no properties: what is read from it is read from its statics.
      this.state.constructors.set(value, statics ?? program.object());
      this.state.globals.set(name, value);
    };
    constructible("Promise", promise, ([executor], result, at) => {
      const resolve = program.builtin("resolve", ([value]) => {
        value?.flowTo(result);
        result.add(program.external("promise"));
      });
      result.add(program.external("promise"));
      this.parts.members.invoke(
        executor,
        [program.cell(resolve), program.cell(program.builtin("reject", () => undefined))],
        program.cell(),
        at,
      );
    });
    for (const name of ["Map", "WeakMap"])
      constructible(name, undefined, ([pairs], result, at) => {
        const made = program.object(true);
        this.fill(made, pairs, at);
        result.add(made);
      });
    for (const name of ["Set", "WeakSet"])
      constructible(name, undefined, ([list], result) => result.add(program.list(list)));
    const array = functions("Array", {
      from: ([list, callback], result, at) => {
        const made = program.object(true);
        result.add(made);
        const all = program.cell(program.external("value"));
        if (list !== undefined) program.elements(list, all);
        if (callback === undefined) all.flowTo(made.rest);
        else this.parts.members.invoke(callback, [all, program.cell(program.external("number"))], made.rest, at);
      },
      of: (args, result) => result.add(program.array(...args)),
      isArray: (_args, result) => result.add(program.external("value")),
      fromAsync: ([list], result) => list?.flowTo(result),
    });
    constructible("Array", array, (args, result) => {
      const made = program.object(true);
      for (const arg of args) arg.flowTo(made.rest);
      result.add(made);
    });
    constructible("Proxy", undefined, ([target, handler], result, at) => {
      target?.flowTo(result);
      if (handler !== undefined) program.escape(handler, this.state.from(), at);
    });
    constructible("WeakRef", undefined, ([target], result) => {
      const made = program.object();
      made.prop("deref").add(program.builtin("deref", (_args, into) => target?.flowTo(into)));
      result.add(made);
    });
    // A number that is written as a text stays what it is.
    for (const name of ["Number", "String", "parseInt"]) {
      const statics = program.object();
      statics.protos.add(program.external(name));
      constructible(name, statics, ([value], result, at) => {
        value?.each((each) => result.add(each.kind === "text" ? each : program.external("value")));
        this.parts.members.convert(value, ["toString", "valueOf", "@@toPrimitive"], at);
      });
    }
    this.state.globals.set("structuredClone", program.builtin("structuredClone", same));
    for (const name of ["globalThis", "window", "self", "global"])
      this.state.globals.set(name, program.external("globalThis"));
  }
}
