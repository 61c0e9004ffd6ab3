/**
 * What a value can be, as far as the code says. The analysis runs no code: it follows functions, classes, objects and texts
 * from where they are made to where they are called.
 */
export type Value = TextValue | ObjectValue | ExternalValue | BuiltinValue;

/** A text or number that stands in the code. */
export interface TextValue {
  kind: "text";
  text: string;
}

/** Something that is not part of the source, known by how it was reached: `node:fs.readFileSync`, `pg.Pool()`. */
export interface ExternalValue {
  kind: "external";
  path: string;
}

/** A function of the language itself, bound to what it works on. */
export interface BuiltinValue {
  kind: "builtin";
  name: string;
  call: (args: readonly Cell[], result: Cell, site: Site) => void;
}

/** A place in the code. `line` counts from 1. */
export interface Site {
  file: string;
  line: number;
}

export class ObjectValue {
  readonly kind = "object";
  /** Values by name; what has an unknown name is in `rest`. */
  readonly props = new Map<string, Cell>();
  readonly rest: Cell;
  /** Where to look for what the object itself does not declare. */
  readonly protos: Cell;
  /** Names that hide those of the prototype. */
  readonly declared = new Set<string>();
  readonly getters = new Map<string, FunctionValue>();
  readonly setters = new Map<string, FunctionValue>();
  /** Annotations of properties that are values. */
  readonly annotated = new Map<string, Declaration>();
  /** Told of each new name. */
  readonly #onName: ((name: string, cell: Cell) => void)[] = [];
  readonly isArray: boolean;
  readonly #flow: FlowQueue;

  constructor(flow: FlowQueue, isArray = false) {
    this.#flow = flow;
    this.isArray = isArray;
    this.rest = new Cell(flow);
    this.protos = new Cell(flow);
  }

  prop(name: string): Cell {
    let cell = this.props.get(name);
    if (cell === undefined) {
      cell = new Cell(this.#flow);
      this.props.set(name, cell);
      for (const each of this.#onName) each(name, cell);
    }
    return cell;
  }

  /** Calls back for all names, those of the future included. */
  eachName(callback: (name: string, cell: Cell) => void): void {
    for (const [name, cell] of this.props) callback(name, cell);
    this.#onName.push(callback);
  }
}

/** Something in the code that can carry requirements and can be reached. */
export interface Declaration extends Site {
  name: string;
  /** What its comments say; decorators add to it. */
  requires: readonly Annotation[];
  /** Services that it starts itself. */
  provides: readonly string[];
}

/** The text after `@requires`, with placeholders such as `{name}` or `{0}`, and its place. */
export interface Annotation extends Site {
  text: string;
}

/** One call of a function, as the analysis sees it: its parameters and result belong to the place of the call. */
export interface Invocation {
  receiver: Cell;
  args: readonly Cell[];
  /** All arguments, where their positions are not known. */
  spread: Cell | undefined;
  /** Arguments that are given by name. */
  named?: Map<string, Cell> | undefined;
  result: Cell;
}

export class FunctionValue extends ObjectValue {
  readonly declaration: Declaration;
  /** Generates what a call does. */
  readonly run: (invocation: Invocation, self: FunctionValue) => void;
  /** Names of the parameters by position; a pattern has none. */
  readonly parameters: readonly (string | undefined)[];
  /** For classes: their instances' prototype and what `new` does. */
  readonly prototype: ObjectValue;
  construct: ((invocation: Invocation, self: FunctionValue) => void) | undefined;
  readonly calls = new Map<string, Invocation>();
  /** For annotations bound to arguments: the texts of a parameter, or of a property of it, in one call. */
  readonly boundTexts: ((placeholder: string, call: Invocation) => Cell | undefined) | undefined;
  /** Chooses the annotations of the overloads that fit a call. */
  overloads: readonly Overload[] = [];

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
    this.prototype = new ObjectValue(flow);
  }
}

/** A signature of a function without a body, beside the one that has it. */
export interface Overload {
  declaration: Declaration;
  /** Whether a call with these values may mean it. */
  fits: (call: Invocation) => boolean;
}

/** Work that is due. Values flow one step at a time, so that cycles end and nothing nests. */
export class FlowQueue {
  readonly #due: { listener: (value: Value) => void; value: Value }[] = [];
  /** Steps so far: the measure of work. */
  steps = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(listener: (value: Value) => void, value: Value): void {
    this.#due.push({ listener, value });
  }

  /** @throws WorkLimitError */
  drain(): void {
    for (let next = this.#due.pop(); next !== undefined; next = this.#due.pop()) {
      if (++this.steps > this.#limit)
        throw new WorkLimitError(`its code needs more than ${this.#limit} steps to be followed`);
      next.listener(next.value);
    }
  }
}

/** Following the code would take too long. */
export class WorkLimitError extends Error {
  override name = "WorkLimitError";
}

/** So many different texts in one place say nothing. */
const mostTexts = 200;

/** A place that holds values: a variable, a property, the result of an expression. Values only come. */
export class Cell {
  readonly #values = new Set<Value>();
  readonly #texts = new Set<string>();
  readonly #listeners: ((value: Value) => void)[] = [];
  readonly #flow: FlowQueue;

  constructor(flow: FlowQueue) {
    this.#flow = flow;
  }

  get values(): ReadonlySet<Value> {
    return this.#values;
  }

  get isEmpty(): boolean {
    return this.#values.size === 0;
  }

  add(value: Value): void {
    if (value.kind === "text") {
      if (this.#texts.has(value.text) || this.#texts.size >= mostTexts) return;
      this.#texts.add(value.text);
    } else if (this.#values.has(value)) return;
    this.#values.add(value);
    for (const listener of this.#listeners) this.#flow.add(listener, value);
  }

  /** Calls back for each value, those of the future included. */
  each(listener: (value: Value) => void): void {
    this.#listeners.push(listener);
    for (const value of this.#values) this.#flow.add(listener, value);
  }

  flowTo(target: Cell): void {
    if (target !== this) this.each((value) => target.add(value));
  }

  /** The texts, and whether there are other values too. */
  texts(): { texts: string[]; isOpen: boolean } {
    const all = [...this.#values];
    const texts = all.filter((value) => value.kind === "text").map(({ text }) => text);
    return { texts, isOpen: texts.length === 0 || texts.length < all.length || texts.length >= mostTexts };
  }
}
