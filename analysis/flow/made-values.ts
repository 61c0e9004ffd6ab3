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

/** Where a path begins to depend on values that are not known. */
const unknownPart = /^(?:argument|value|text|undefined)\b|\(\)|\[\]/;
const repetition = /((?:\.[^.()[\]…]+(?:\(\))?)|\[\])\1$/;
const step = /\(\)|\[\]|\.[^.()[\]]+/g;
const mostSteps = 5;

/** The position in a path after which names, calls and elements of unknown values are left out; Infinity if it has few. */
function endOfSteps(path: string): number {
  // What was left out before stays out.
  const cut = path.indexOf("…");
  if (cut >= 0) return cut;
  const first = unknownPart.exec(path);
  if (first === null) return Infinity;
  step.lastIndex = first.index + first[0].length;
  for (let count = 0, match = step.exec(path); match !== null; match = step.exec(path))
    if (++count > mostSteps) return match.index;
  return Infinity;
}

/** The path to which names are added: a partly known text is only a text then. */
export function basePath(path: string): string {
  return path.startsWith(outline) ? "text" : path;
}

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
    let value = this.#externals.get(path);
    if (value !== undefined) return value;
    // Without limits, the path `a().b()[].b()[]` in a loop would grow forever, in many orders. Its last names say what is called.
    const end = path.startsWith(outline) ? longestOutlinePath : Math.min(longestPath, endOfSteps(path));
    const cut = path.length > end ? `${path.slice(0, end)}…${lastNames.exec(path)?.[0] ?? ""}` : path;
    // `value.next.next` says no more than `value.next`.
    const short = unknownPart.test(cut) ? cut.replace(repetition, "$1") : cut;
    value = this.#externals.get(short);
    if (value === undefined) this.#externals.set(short, (value = { kind: "external", path: short }));
    if (short !== path) this.#externals.set(path, value);
    return value;
  }

  /** Adds all elements of arrays, sets and maps, and all values of other objects. */
  elements(object: Cell, into: Cell): void {
    object.each((value) => {
      if (value instanceof ObjectValue) {
        value.eachName((_name, cell) => cell.flowTo(into));
        value.rest.flowTo(into);
      } else if (value.kind === "external") into.add(this.external(`${basePath(value.path)}[]`));
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
