import { returned } from "../../flow/known-paths.js";
import type { Site } from "../../flow/declaration.js";
import { type BuiltinValue, type Cell, FunctionValue, ObjectValue } from "../../flow/values.js";
import { joinTexts } from "../../flow/texts.js";
import { type Call, callingBack, givingElement, returningSelf, unknownResult, addingElements } from "./method-names.js";
import { Part } from "./part.js";

/** Built-in methods of functions, objects and arrays. */
export class Members extends Part {
  invoke(callee: Cell | undefined, args: readonly Cell[], result: Cell, at: Site, receiver?: Cell): void {
    const key = {};
    callee?.each((value) => this.program.callValue(value, { receiver, args, result }, this.state.from(), at, key));
  }

  /** Calls conversion methods, such as `toString`, that the source defines. */
  convert(value: Cell | undefined, names: readonly string[], at: Site): void {
    value?.each((each) => {
      if (!(each instanceof ObjectValue) || each instanceof FunctionValue || each.isArray) return;
      const self = this.program.cell(each);
      for (const name of names)
        this.load(self, name, at).each((method) => {
          if (method instanceof FunctionValue)
            this.invoke(this.program.cell(method), [], this.program.cell(), at, self);
        });
    });
  }

  load(object: Cell, name: string, at: Site): Cell {
    return this.program.read(object, name, this.state.from(), at, {});
  }

  /** A built-in method of an object, function or array. */
  member(value: ObjectValue, name: string): BuiltinValue | undefined {
    const call =
      value instanceof FunctionValue
        ? (this.ofFunction(value, name) ?? this.ofAny(value, name))
        : this.ofAny(value, name);
    return call === undefined ? undefined : this.program.builtin(name, call);
  }

  ofFunction(value: FunctionValue, name: string): Call | undefined {
    const program = this.program;
    switch (name) {
      case "call":
        return ([self, ...args], result, at) => this.invoke(program.cell(value), args, result, at, self);
      case "apply":
        return ([self, list], result, at) =>
          this.invoke(program.cell(value), this.positions(list, at), result, at, self);
      case "bind":
        return ([self, ...first], result, at) => {
          const isClass = value.construct !== undefined;
          if (isClass && first.length === 0) return result.add(value);
          result.add(
            program.builtin(`bound ${value.declaration.name}`, (rest, into, place) =>
              this.invoke(program.cell(value), [...first, ...rest], into, place ?? at, self),
            ),
          );
        };
      default:
        return undefined;
    }
  }

  /** The first elements of a list by position, enough for a call. */
  positions(list: Cell | undefined, at: Site): Cell[] {
    if (list === undefined) return [];
    return Array.from({ length: 8 }, (_, index) => this.load(list, String(index), at));
  }

  ofAny(value: ObjectValue, name: string): Call | undefined {
    const program = this.program;
    const self = program.cell(value);
    const elements = () => program.elementsOf(self);
    const external = (path: string) => program.cell(program.external(path));
    const sayNothing: Call = (_args, result) => result.add(program.external("value"));
    switch (name) {
      case "then":
        return ([done, failed], result, at) => {
          this.invoke(done, [self], result, at);
          if (done === undefined || done.isEmpty) self.flowTo(result);
          this.invoke(failed, [external("error")], result, at);
        };
      case "catch":
      case "finally":
        return ([callback], result, at) => {
          self.flowTo(result);
          this.invoke(
            callback,
            name === "catch" ? [external("error")] : [],
            name === "catch" ? result : program.cell(),
            at,
          );
        };
      case "reduce":
      case "reduceRight":
        return ([callback, initial], result, at) => {
          const total = program.cell();
          initial?.flowTo(total);
          if (initial === undefined) elements().flowTo(total);
          this.invoke(callback, [total, elements(), external("number")], total, at);
          total.flowTo(result);
        };
      case "next":
      case "return":
        return (_args, result) => {
          const step = program.object();
          elements().flowTo(step.prop("value"));
          if (value instanceof ObjectValue && value.props.has(returned))
            value.prop(returned).flowTo(step.prop("value"));
          result.add(step);
        };
      case "get":
        return ([key], result, at) => {
          key?.each((each) => {
            if (each.kind === "text") this.load(self, each.text, at).flowTo(result);
            else elements().flowTo(result);
          });
        };
      case "set":
        return ([key, given], result) => {
          result.add(value);
          key?.each((each) => {
            if (each.kind === "text") given?.flowTo(value.prop(each.text));
            else given?.flowTo(value.rest);
          });
        };
      case "entries":
        return (_args, result) => {
          const pairs = program.object(true);
          value.eachName((each, cell) =>
            pairs.rest.add(program.array(program.cell({ kind: "text", text: each }), cell)),
          );
          pairs.rest.add(program.array(external("key"), value.rest));
          result.add(pairs);
        };
      case "join":
        if (!value.isArray) return undefined;
        return ([separator], result) => {
          const parts = [...value.props].filter(([index]) => /^\d+$/.test(index)).map(([, cell]) => cell);
          const between = separator ?? program.cell({ kind: "text", text: "," });
          const rest = value.rest.isEmpty ? [] : [value.rest];
          if (parts.length === 0) return result.add(program.external("value"));
          joinTexts(
            program,
            [...parts, ...rest].flatMap((cell, index) => (index === 0 ? [cell] : [between, cell])),
            result,
          );
        };
      case "keys":
        return (_args, result) => result.add(this.names(value));
      case "hasOwnProperty":
      case "toString":
      case "valueOf":
      case "isPrototypeOf":
        return sayNothing;
      default:
    }
    if (addingElements.has(name))
      return (args, result) => {
        for (const arg of args) arg.flowTo(value.rest);
        result.add(value);
      };
    if (callingBack.has(name))
      return ([callback], result, at) => {
        const given = program.cell();
        const all = elements();
        const args = name.includes("ort") ? [all, all] : [all, external("key"), self];
        this.invoke(callback, args, given, at);
        if (name === "map" || name === "flatMap") {
          const made = program.object(true);
          if (name === "map") given.flowTo(made.rest);
          else this.flatten(given, made.rest);
          result.add(made);
        } else if (returningSelf.has(name)) self.flowTo(result);
        else if (givingElement.has(name)) all.flowTo(result);
        else result.add(program.external("value"));
      };
    if (givingElement.has(name)) return (_args, result) => elements().flowTo(result);
    if (name === "flat")
      return (_args, result) => {
        const made = program.object(true);
        this.flatten(elements(), made.rest);
        result.add(made);
      };
    if (returningSelf.has(name))
      return (args, result) => {
        if (name !== "concat" && name !== "splice") return self.flowTo(result);
        const made = program.list(self);
        for (const arg of args) this.flatten(arg, made.rest);
        result.add(made);
      };
    return name === "throw" || (value.isArray && unknownResult.has(name)) ? sayNothing : undefined;
  }

  /** Adds values. Of a list, adds the elements instead. */
  flatten(values: Cell, into: Cell): void {
    values.each((each) => {
      if (each instanceof ObjectValue && each.isArray) this.program.elements(this.program.cell(each), into);
      else into.add(each);
    });
  }

  /** The names of an object's properties, as a list. */
  names(value: ObjectValue): ObjectValue {
    const made = this.program.object(true);
    value.eachName((name) => made.rest.add({ kind: "text", text: name }));
    return made;
  }
}
