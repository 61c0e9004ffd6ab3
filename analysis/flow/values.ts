import type { Declaration, Site } from "./declaration.js";
import type { ExternalValue, TextValue } from "./plain-values.js";
import type { WorkQueue } from "./work-queue.js";

/**
 * A possible value of something in the code. The analysis runs no code. It follows functions, classes, objects and texts
 * from where they are made to where they are called.
 */
export type Value = TextValue | ObjectValue | ExternalValue | BuiltinValue;

/** The values that have not reached their listeners yet. */
export type FlowQueue = WorkQueue<Value>;

/** A function of the language itself, bound to the value that it works on. */
export interface BuiltinValue {
  kind: "builtin";
  name: string;
  call: (args: readonly Cell[], result: Cell, site: Site) => void;
}

export class ObjectValue {
  readonly kind = "object";
  readonly isArray: boolean;
  readonly #flow: FlowQueue;
  // Most objects are functions that the code only calls. So these fields are created on first use.
  #props: Map<string, Cell> | undefined;
  #later: { names: ReadonlySet<string>; fill: (name: string, cell: Cell) => void } | undefined;
  #rest: Cell | undefined;
  #protos: Cell | undefined;
  #declared: Set<string> | undefined;
  #getters: Map<string, FunctionValue> | undefined;
  #setters: Map<string, FunctionValue> | undefined;
  #annotated: Map<string, Declaration> | undefined;
  #onName: ((name: string, cell: Cell) => void)[] | undefined;

  constructor(flow: FlowQueue, isArray = false) {
    this.#flow = flow;
    this.isArray = isArray;
  }

  /** Values by name. Values with an unknown name are in `rest`. */
  get props(): Map<string, Cell> {
    for (const name of this.#later?.names ?? []) this.prop(name);
    return (this.#props ??= new Map());
  }

  /** Fills each of these properties on first use. */
  propsLater(names: ReadonlySet<string>, fill: (name: string, cell: Cell) => void): void {
    for (const [name, cell] of this.#props ?? []) if (names.has(name)) fill(name, cell);
    this.#later = { names, fill };
    // A listener wants all names, so none of them can wait.
    if (this.#onName !== undefined) for (const name of names) this.prop(name);
  }

  get rest(): Cell {
    return (this.#rest ??= new Cell(this.#flow));
  }

  /** Objects that supply the properties which this one lacks. */
  get protos(): Cell {
    return (this.#protos ??= new Cell(this.#flow));
  }

  /** Names that are looked up here only, and not in the prototype. */
  get declared(): Set<string> {
    return (this.#declared ??= new Set());
  }

  get getters(): Map<string, FunctionValue> {
    return (this.#getters ??= new Map());
  }

  get setters(): Map<string, FunctionValue> {
    return (this.#setters ??= new Map());
  }

  /** Annotations of properties that are values. */
  get annotated(): Map<string, Declaration> {
    return (this.#annotated ??= new Map());
  }

  prop(name: string): Cell {
    let cell = this.#props?.get(name);
    if (cell === undefined) {
      cell = new Cell(this.#flow);
      (this.#props ??= new Map()).set(name, cell);
      for (const each of this.#onName ?? []) each(name, cell);
      if (this.#later?.names.has(name) === true) this.#later.fill(name, cell);
    }
    return cell;
  }

  /** Copies all named properties to another object. @param except names that the other object defines itself */
  copyNamesTo(other: ObjectValue, except?: ReadonlySet<string>): void {
    this.eachName((name, cell) => {
      if (except?.has(name) !== true) cell.flowTo(other.prop(name));
    });
  }

  /** Calls back for all present and future names. */
  eachName(callback: (name: string, cell: Cell) => void): void {
    for (const [name, cell] of this.props) callback(name, cell);
    (this.#onName ??= []).push(callback);
  }
}

/** One call of a function, as the analysis sees it: its parameters and result belong to the place of the call. */
export interface Invocation {
  receiver: Cell;
  args: readonly Cell[];
  /** Arguments whose positions are not known. */
  spread: Cell | undefined;
  /** Arguments that are passed by name. */
  named?: Map<string, Cell> | undefined;
  result: Cell;
}

export class FunctionValue extends ObjectValue {
  readonly declaration: Declaration;
  /** Generates what a call does. */
  readonly run: (invocation: Invocation, self: FunctionValue) => void;
  /** Names of the parameters by position; a pattern has none. */
  readonly parameters: readonly (string | undefined)[];
  /** Generates what `new` does, for classes. */
  construct: ((invocation: Invocation, self: FunctionValue) => void) | undefined;
  #calls: Map<string, Invocation> | undefined;
  #prototype: ObjectValue | undefined;
  readonly #queue: FlowQueue;
  /** For annotations bound to arguments: the texts of a parameter, or of a property of it, in one call. */
  readonly boundTexts: ((placeholder: string, call: Invocation) => Cell | undefined) | undefined;
  /** The annotations of overloads count for the calls that they fit. */
  overloads: readonly { declaration: Declaration; fits: (call: Invocation) => boolean }[] = [];

  constructor(
    flow: FlowQueue,
    declaration: Declaration,
    parameters: readonly (string | undefined)[],
    run: (invocation: Invocation, self: FunctionValue) => void,
    boundTexts?: (placeholder: string, call: Invocation) => Cell | undefined,
  ) {
    super(flow);
    this.declaration = declaration;
    this.parameters = parameters;
    this.run = run;
    this.boundTexts = boundTexts;
    this.#queue = flow;
  }

  get calls(): Map<string, Invocation> {
    return (this.#calls ??= new Map());
  }

  /** The object with the methods of its instances. */
  get prototype(): ObjectValue {
    if (this.#prototype === undefined) {
      this.#prototype = new ObjectValue(this.#queue);
      this.#prototype.prop("constructor").add(this);
    }
    return this.#prototype;
  }

  override prop(name: string): Cell {
    const cell = super.prop(name);
    if (name === "prototype") cell.add(this.prototype);
    return cell;
  }
}

/** A cell keeps at most this many different texts. */
const mostTexts = 200;
const mostWithExternals = 100;
/** Cells with more values than this use an index. Most cells hold one or two values. */
const mostWithoutIndex = 12;
const none: readonly Value[] = [];

/** A place that holds values: a variable, a property, the result of an expression. Values are added and never removed. */
export class Cell {
  #values: Value[] | undefined;
  /** The keys of all values, for a large cell. */
  #index: Set<Value | string> | undefined;
  #textCount = 0;
  #listeners: ((value: Value) => void)[] | undefined;
  readonly #flow: FlowQueue;

  constructor(flow: FlowQueue) {
    this.#flow = flow;
  }

  get values(): readonly Value[] {
    return this.#values ?? none;
  }

  get isEmpty(): boolean {
    return this.#values === undefined;
  }

  /** @returns whether it is new */
  add(value: Value): boolean {
    if (value.kind === "text" && this.#textCount >= mostTexts) return false;
    // Thousands of unknown values say no more than some hundreds do.
    if (value.kind === "external" && (this.#values?.length ?? 0) >= mostWithExternals) return false;
    if (this.#values === undefined) this.#values = [value];
    else if (this.#has(value)) return false;
    else this.#values.push(value);
    this.#index?.add(keyOf(value));
    if (value.kind === "text") this.#textCount++;
    if (this.#listeners !== undefined) for (const listener of this.#listeners) this.#flow.add(listener, value);
    return true;
  }

  #has(value: Value): boolean {
    const values = this.#values!;
    if (values.length > mostWithoutIndex) {
      this.#index ??= new Set(values.map(keyOf));
      return this.#index.has(keyOf(value));
    }
    for (const each of values)
      if (each === value || (each.kind === "text" && value.kind === "text" && each.text === value.text)) return true;
    return false;
  }

  /** Calls back for each present and future value. */
  each(listener: (value: Value) => void): void {
    if (this.#listeners === undefined) this.#listeners = [listener];
    else this.#listeners.push(listener);
    if (this.#values !== undefined) for (const value of this.#values) this.#flow.add(listener, value);
  }

  flowTo(target: Cell): void {
    if (target !== this) this.each((value) => target.add(value));
  }

  /** The texts, and whether there are other values too. */
  texts(): { texts: string[]; isOpen: boolean } {
    const all = this.values;
    const texts = all.filter((value) => value.kind === "text").map(({ text }) => text);
    return { texts, isOpen: texts.length === 0 || texts.length < all.length || texts.length >= mostTexts };
  }
}

/** Texts are the same value if they have the same characters. */
function keyOf(value: Value): Value | string {
  return value.kind === "text" ? value.text : value;
}
