import { LanguageHooks } from "./language-hooks.js";
import { outline } from "./known-paths.js";
import type { ExternalValue } from "./plain-values.js";
import { type BuiltinValue, Cell, ObjectValue, type Value } from "./values.js";
import { WorkQueue } from "./work-queue.js";

/** About as many steps as a reader can do within its limits of time and memory. */
const stepLimit = 4_000_000;
/**
 * Longer paths of external values keep their beginning, and their last two names. Paths that agree in both are one value.
 */
const longestPath = 80;
const lastNames = /(?:\.[^.]{0,40}){0,2}$/;
const longestOutlinePath = 200;

/** Makes the values of a program, and reads the elements of its lists. */
export class MadeValues extends LanguageHooks {
  readonly queue = new WorkQueue<Value>(stepLimit);
  readonly #externals = new Map<string, ExternalValue>();

  cell(...values: Value[]): Cell {
    const cell = new Cell(this.queue);
    for (const value of values) cell.add(value);
    return cell;
  }

  object(isArray = false): ObjectValue {
    return new ObjectValue(this.queue, isArray);
  }

  external(path: string): ExternalValue {
    // Without a limit, the path `a().b().a().b()` in a loop would grow forever. Its last names say what is called.
    const longest = path.startsWith(outline) ? longestOutlinePath : longestPath;
    const short = path.length > longest ? `${path.slice(0, longest)}…${lastNames.exec(path)?.[0] ?? ""}` : path;
    let value = this.#externals.get(short);
    if (value === undefined) this.#externals.set(short, (value = { kind: "external", path: short }));
    return value;
  }

  /** Adds all elements of arrays, sets and maps, and all values of other objects. */
  elements(object: Cell, into: Cell): void {
    object.each((value) => {
      if (value instanceof ObjectValue) {
        value.eachName((_name, cell) => cell.flowTo(into));
        value.rest.flowTo(into);
      } else if (value.kind === "external") into.add(this.external(`${value.path}[]`));
      else if (value.kind === "text") into.add(this.external("text[]"));
    });
  }

  elementsOf(object: Cell): Cell {
    const all = this.cell();
    this.elements(object, all);
    return all;
  }

  /** A new list with the elements of another one; empty if none is given. */
  list(of?: Cell): ObjectValue {
    const made = this.object(true);
    if (of !== undefined) this.elements(of, made.rest);
    return made;
  }

  array(...elements: Cell[]): ObjectValue {
    const made = this.object(true);
    elements.forEach((element, index) => element.flowTo(made.prop(String(index))));
    return made;
  }

  builtin(name: string, call: BuiltinValue["call"]): BuiltinValue {
    return { kind: "builtin", name, call };
  }
}
