import { jsonValue } from "../../flow/json-values.js";
import type { Site } from "../../flow/declaration.js";
import { type Cell, FunctionValue, ObjectValue, type Value } from "../../flow/values.js";
import { type Call, same } from "./method-names.js";
import { Part } from "./part.js";

/** The built-in objects of the language, with those functions that matter to the analysis. */
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

  /** The value of a name that no scope declares. It is created on first use, because a test uses few of them. */
  global(name: string): Value {
    const { globals } = this.state;
    let value = globals.get(name);
    if (value === undefined) globals.set(name, (value = this.make(name)));
    return value;
  }

  #globalObject: ObjectValue | undefined;

  /** `globalThis`. Its properties are also found by their bare names. */
  get globalObject(): ObjectValue {
    if (this.#globalObject === undefined) {
      this.#globalObject = this.program.object();
      this.#globalObject.protos.add(this.program.external("globalThis"));
    }
    return this.#globalObject;
  }

  make(name: string): Value {
    const { program } = this;
    switch (name) {
      case "Object":
        return this.objectFunctions();
      case "JSON":
        return this.jsonFunctions();
      case "Reflect":
        return this.reflectFunctions();
      case "Promise":
        return this.parts.constructors.promise();
      case "Array":
        return this.parts.constructors.array();
      case "Map":
      case "WeakMap":
        return this.parts.constructors.constructible(name, undefined, ([pairs], result, at) => {
          const made = program.object(true);
          this.fill(made, pairs, at);
          result.add(made);
        });
      case "Set":
      case "WeakSet":
        return this.parts.constructors.constructible(name, undefined, ([list], result) =>
          result.add(program.list(list)),
        );
      case "Proxy":
        return this.parts.constructors.constructible("Proxy", undefined, ([target, handler], result, at) => {
          target?.flowTo(result);
          if (handler !== undefined) program.passToUnknownCode(handler, this.state.from(), at);
        });
      case "WeakRef":
        return this.parts.constructors.constructible("WeakRef", undefined, ([target], result) => {
          const made = program.object();
          made.prop("deref").add(program.builtin("deref", (_args, into) => target?.flowTo(into)));
          result.add(made);
        });
      case "Number":
      case "String":
      case "parseInt": {
        // A known text stays known when it is converted.
        const statics = program.object();
        statics.protos.add(program.external(name));
        return this.parts.constructors.constructible(name, statics, ([value], result, at) => {
          value?.each((each) => result.add(each.kind === "text" ? each : program.external("value")));
          this.parts.members.convert(value, ["toString", "valueOf", "@@toPrimitive"], at);
        });
      }
      case "structuredClone":
        return program.builtin(name, same);
      case "globalThis":
      case "window":
      case "self":
      case "global":
        return this.globalObject;
      default:
        return program.external(name);
    }
  }

  withFunctions(owner: string, members: Record<string, Call>): ObjectValue {
    const made = this.program.object();
    made.protos.add(this.program.external(owner));
    for (const [name, call] of Object.entries(members)) {
      made.prop(name).add(this.program.builtin(`${owner}.${name}`, call));
      made.declared.add(name);
    }
    return made;
  }

  /** The functions of `Object`. */
  objectFunctions(): Value {
    const { program } = this;
    return this.withFunctions("Object", {
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
              // The prototype supplies the values of getters, which are not copied as properties.
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
  }

  /** The functions of `JSON`. */
  jsonFunctions(): Value {
    const { program } = this;
    return this.withFunctions("JSON", {
      parse: ([text], result) => {
        text?.each((each) => {
          const value = each.kind === "text" ? jsonValue(program, each.text) : undefined;
          result.add(value ?? program.external("JSON.parse()"));
        });
      },
      stringify: ([value], result, at) => {
        this.parts.members.convert(value, ["toJSON"], at);
        each(value, (object) => object.eachName((_name, cell) => this.parts.members.convert(cell, ["toJSON"], at)));
        result.add(program.external("value"));
      },
    });
  }

  /** The functions of `Reflect`. */
  reflectFunctions(): Value {
    const { program } = this;
    return this.withFunctions("Reflect", {
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
  }
}

function each(cell: Cell | undefined, callback: (value: ObjectValue) => void): void {
  cell?.each((value) => value instanceof ObjectValue && callback(value));
}
