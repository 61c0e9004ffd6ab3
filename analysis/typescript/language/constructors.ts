import type { Program } from "../../flow/program.js";
import type { ObjectValue, Value } from "../../flow/values.js";
import { type Call, same } from "./method-names.js";
import { Part } from "./part.js";

/** Built-in functions of the language that are called with `new`. */
export class Constructors extends Part {
  constructible(name: string, statics: ObjectValue | undefined, make: Call): Value {
    const value = this.program.builtin(name, make);
    // A builtin has no properties. Reading one reads it from the statics.
    this.state.constructors.set(value, statics ?? this.program.object());
    return value;
  }

  /** `Promise` and its functions. */
  promise(): Value {
    const { program } = this;
    const promise = this.parts.objects.withFunctions("Promise", {
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
      race: first(program),
      any: first(program),
      withResolvers: (_args, result) => {
        const made = program.object();
        made.prop("resolve").add(program.builtin("resolve", ([value]) => value?.flowTo(made.prop("promise"))));
        made.prop("reject").add(program.builtin("reject", () => undefined));
        result.add(made);
      },
    });
    return this.constructible("Promise", promise, ([executor], result, at) => {
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
  }

  /** `Array` and its functions. */
  array(): Value {
    const { program } = this;
    const array = this.parts.objects.withFunctions("Array", {
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
    return this.constructible("Array", array, (args, result) => {
      const made = program.object(true);
      for (const arg of args) arg.flowTo(made.rest);
      result.add(made);
    });
  }
}

/** Returns the elements of a list. */
function first(program: Program): Call {
  return ([list], result) => list !== undefined && program.elements(list, result);
}
